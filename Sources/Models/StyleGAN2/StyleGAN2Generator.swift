import Layers
import Tensors

/// StyleGAN2's generator (Karras et al. 2020): noise becomes styles, by which the channels of every convolution are scaled, and the
/// image is the sum of what the features of each size add to it.
public struct StyleGAN2Generator: StyledNetwork {
  /// How a style acts on a convolution.
  public enum Modulation: String, Codable, Sendable, CaseIterable {
    /// It scales the input channels, and outputs are scaled to the size that normal inputs would give.
    case weights
    /// It scales and shifts the output channels after an instance norm, as in StyleGAN (Karras et al. 2019).
    case adain
  }

  public struct Configuration: SynthesisConfiguration, StyleGAN2Channels {
    public var noise = 512
    public var classes = 0
    public var outputChannels = 3
    public var size = 256
    /// Values of a style.
    public var style = 512
    public var mappingLayers = 8
    /// Channels times the side of features in pixels, as long as that is not more than `most`.
    public var capacity = 16_384
    /// The most channels.
    public var most = 512
    public var modulation = Modulation.weights

    public init() {}
  }

  /// The convolutions at one size, and what they add to the image.
  public struct Block {
    /// Doubles the size; nil at the first one.
    public let first: StyledConvolution?
    public let second: StyledConvolution
    public let colors: StyledColors
  }

  public let configuration: Configuration
  public let mapping: StyleMapping
  /// What the features begin with, `[4, 4, channels]`.
  public let constant: Parameter
  /// From 4 pixels on, each twice as large as the one before.
  public let blocks: [Block]

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    mapping = StyleMapping(configuration)
    constant = Parameter(repeating: 0, shape: [4, 4, configuration.channels(side: 4)], role: .weight)
    blocks = configuration.sides.map { side in
      let channels = configuration.channels(side: side)
      func convolution(_ inputs: Int, doubles: Bool) -> StyledConvolution {
        StyledConvolution(
          inputs, channels, style: configuration.style, modulation: configuration.modulation, side: side,
          doubles: doubles)
      }
      return Block(
        first: side > 4 ? convolution(configuration.channels(side: side / 2), doubles: true) : nil,
        second: convolution(channels, doubles: false),
        colors: StyledColors(channels, colors: configuration.outputChannels, style: configuration.style))
    }
  }

  public var styleCount: Int { 2 * blocks.count }

  public func style(of input: Tensor) -> Tensor { mapping(input) }

  public var meanStyle: NDArray { mapping.mean.value }

  public func gatherMean(of styles: Tensor) { mapping.gatherMean(of: styles) }

  /// A block's last style serves its colours, and the next block's first convolution as well.
  public func images(ofStyles styles: Tensor) -> Tensor {
    let count = styles.shape[0]
    func style(_ index: Int) -> Tensor {
      styles.sliced(axis: 1, range: index..<index + 1).reshaped(to: [count, configuration.style])
    }
    var x = constant.tensor.reshaped(to: [1, 4, 4, constant.shape[2]])
      .broadcast(to: [count, 4, 4, constant.shape[2]])
    var image: Tensor?
    for (index, block) in blocks.enumerated() {
      if let first = block.first { x = first(x, style(2 * index - 1)) }
      x = block.second(x, style(2 * index))
      let added = block.colors(x, style(2 * index + 1))
      image = image.map { $0.doubledByBlurring() + added } ?? added
    }
    return image ?? x
  }
}
