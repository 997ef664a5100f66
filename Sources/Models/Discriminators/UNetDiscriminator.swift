import Layers
import Tensors

/// Real-ESRGAN's discriminator (Wang et al. 2021; after Schönfeld et al. 2020): one logit for each pixel, with context
/// from a U-Net of three downsamplings, stabilised by spectral norm.
///
/// `[N, H, W, inputChannels]` -> `[N, H, W, 1]` logits; H and W multiples of 8.
public struct UNetDiscriminator: DiscriminatorNetwork {
  public struct Configuration: DiscriminatorConfiguration {
    public var inputChannels = 3
    public var width = 64

    public init() {}
  }

  public let configuration: Configuration
  public let first: Conv2D
  /// 4x4 convolutions with stride 2, each of which doubles the channels.
  public let downsampling: [SpectralConv2D]
  /// 3x3 convolutions after bilinear upsampling by 2, each of which halves the channels.
  public let upsampling: [SpectralConv2D]
  public let refinement: [SpectralConv2D]
  public let last: Conv2D

  public init(_ configuration: Configuration = Configuration()) {
    let width = configuration.width
    self.configuration = configuration
    first = Conv2D(configuration.inputChannels, width, kernel: 3, padding: 1)
    downsampling = (0..<3).map { SpectralConv2D(width << $0, width << ($0 + 1), kernel: 4, stride: 2, padding: 1) }
    upsampling = (0..<3).map { SpectralConv2D(width << (3 - $0), width << (2 - $0), kernel: 3, padding: 1) }
    refinement = (0..<2).map { _ in SpectralConv2D(width, width, kernel: 3, padding: 1) }
    last = Conv2D(width, 1, kernel: 3, padding: 1)
  }

  public func judged(_ input: Tensor) -> (verdict: Tensor, features: [Tensor]) {
    var x = first(input).leakyRectified(slope: 0.2)  // [N, H, W, width]
    var features = [x]
    for convolution in downsampling {
      x = convolution(x).leakyRectified(slope: 0.2)
      features.append(x)
    }
    let skipped = features.dropLast().reversed()
    for (convolution, skip) in zip(upsampling, skipped) {
      let rectified = convolution(x.upsampledBilinear(by: 2)).leakyRectified(slope: 0.2)
      features.append(rectified)
      x = rectified + skip
    }
    for convolution in refinement {
      x = convolution(x).leakyRectified(slope: 0.2)
      features.append(x)
    }
    return (last(x), features)
  }

  /// The names in Real-ESRGAN's files.
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    let width = configuration.width
    var keys = TensorKey.convolution("first", "conv0", configuration.inputChannels, width)
    for i in 0..<3 {
      keys += TensorKey.spectralConvolution(
        "downsampling.\(i)", "conv\(1 + i)", width << i, width << (i + 1), kernel: 4)
    }
    for i in 0..<3 {
      keys += TensorKey.spectralConvolution(
        "upsampling.\(i)", "conv\(4 + i)", width << (3 - i), width << (2 - i), kernel: 3)
    }
    for i in 0..<2 {
      keys += TensorKey.spectralConvolution("refinement.\(i)", "conv\(7 + i)", width, width, kernel: 3)
    }
    return keys + TensorKey.convolution("last", "conv9", width, 1)
  }
}

extension UNetDiscriminator {
  public static let name = "unet"
  public static let exampleOfGeneratorFile: String? = "net_g_latest.pth"
  public static let title = "U-Net discriminator with spectral norm (Real-ESRGAN)"

  public static let settings: [Setting<Configuration>] = [.integer("width", \.width, 1...1024)]

  /// A power of 2 for the three downsamplings.
  public static func sizeMultiple(of configuration: Configuration) -> Int { 8 }

  public static func summary(of configuration: Configuration) -> String { title }

  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    guard let first = tensors.convolution("conv0.weight", kernel: 3),
      tensors.convolution("conv1.weight_orig", kernel: 4) != nil
    else { return nil }
    var configuration = Configuration()
    configuration.inputChannels = first.input
    configuration.width = first.output
    return Recognition(configuration, keys: tensorKeys(for: configuration))
  }
}
