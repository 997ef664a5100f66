import Layers
import Models
import Tensors

/// A custom network, for which there are no published files: two convolutions, blocks between them, and a skip.
public struct OwnNetwork: TranslationNetwork {
  public struct Configuration: GeneratorConfiguration {
    public var inputChannels = 3, outputChannels = 3
    public var width = 4
    public var blocks = 2

    public init() {}
  }

  public static let name = "own"
  public static let settings: [Setting<Configuration>] = [
    .integer("blocks", \.blocks, 1...64), .integer("width", \.width, 1...1024),
  ]

  public let configuration: Configuration
  public let first: Conv2D
  public let blocks: [ConvBlock]
  public let last: Conv2D

  public init(_ configuration: Configuration) {
    self.configuration = configuration
    first = Conv2D(configuration.inputChannels, configuration.width, kernel: 3, padding: 1)
    blocks = (0..<configuration.blocks).map { _ in
      ConvBlock(configuration.width, configuration.width, padding: 1, norm: .batch)
    }
    last = Conv2D(configuration.width, configuration.outputChannels, kernel: 3, padding: 1)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    var x = first(input)
    for block in blocks { x = x + block(x) }
    return last(x).hyperbolicTangent()
  }

  public var valuesPerPixel: Int { 4 * configuration.width }
}
