import Layers
import Tensors

/// A U-Net whose encoder is EfficientNet-Lite0: features that know what is in the image, at a quarter of its size.
///
/// The decoder starts from the smallest features, to which it adds what the whole image is like, and enlarges three times,
/// each time reading the encoder's features of that size.
///
/// `[N, H, W, inputChannels]` in -1...1 -> `[N, H / 4, W / 4, 64]`; H and W multiples of 32.
public struct EncoderDecoder: Layer {
  public let encoder: EfficientNetLite0Encoder
  public let bottom: Conv2D
  /// Of the features' mean over the image.
  public let scene: Conv2D
  public let sixteenth: [ConvBlock]
  public let eighth: [ConvBlock]
  public let quarter: ConvBlock

  static let outputChannels = 64
  private static let bottomChannels = 256
  private typealias Encoder = EfficientNetLite0Encoder

  public init(inputChannels: Int) {
    let skips = Encoder.channels
    encoder = Encoder(inputChannels: inputChannels)
    bottom = Conv2D(skips.last, Self.bottomChannels, kernel: 1)
    scene = Conv2D(skips.last, Self.bottomChannels, kernel: 1, hasBias: false)
    sixteenth = [
      Self.block(Self.bottomChannels + skips.sixteenth, 192, kernel: 3), Self.block(192, 192, kernel: 3),
    ]
    eighth = [Self.block(192 + skips.eighth, 128, kernel: 3), Self.block(128, 64, kernel: 1)]
    quarter = Self.block(64 + skips.quarter, Self.outputChannels, kernel: 3)
  }

  private static func block(_ inputChannels: Int, _ outputChannels: Int, kernel: Int) -> ConvBlock {
    ConvBlock(inputChannels, outputChannels, kernel: kernel, padding: kernel / 2, norm: .batch)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { decoded(encoder.features(input)) }

  func decoded(_ features: EfficientNetLite0Encoder.Features) -> Tensor {
    var x = (bottom(features.last) + scene(GlobalMean()(features.last))).rectified()
    x = sixteenth.applied(to: Self.enlarged(x, beside: features.sixteenth))
    x = eighth.applied(to: Self.enlarged(x, beside: features.eighth))
    return quarter(Self.enlarged(x, beside: features.quarter))
  }

  static func enlarged(_ features: Tensor, beside skip: Tensor) -> Tensor {
    concatenated([features.upsampledBilinear(by: 2), skip], axis: 3)
  }

  /// The names by path; the encoder's under `encoder.` as its own files have them.
  static func tensorKeys(_ path: String, inputChannels: Int) -> [TensorKey] {
    let skips = Encoder.channels
    func block(_ name: String, _ inputs: Int, _ outputs: Int, kernel: Int) -> [TensorKey] {
      TensorKey.block(
        "\(path).\(name)", "\(name).convolution", inputs, outputs, kernel: kernel, norm: "\(name).norm", .batch)
    }
    return Encoder.tensorKeys("\(path).encoder", prefix: "encoder.", inputChannels: inputChannels)
      + TensorKey.convolution("\(path).bottom", "bottom", skips.last, bottomChannels, kernel: 1)
      + TensorKey.convolution("\(path).scene", "scene", skips.last, bottomChannels, kernel: 1, hasBias: false)
      + block("sixteenth.0", bottomChannels + skips.sixteenth, 192, kernel: 3)
      + block("sixteenth.1", 192, 192, kernel: 3) + block("eighth.0", 192 + skips.eighth, 128, kernel: 3)
      + block("eighth.1", 128, 64, kernel: 1) + block("quarter", 64 + skips.quarter, outputChannels, kernel: 3)
  }
}

extension [ConvBlock] {
  fileprivate func applied(to input: Tensor) -> Tensor { reduce(input) { $1($0) } }
}
