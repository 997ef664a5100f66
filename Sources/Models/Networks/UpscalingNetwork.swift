import Tensors

/// A generator that makes images larger: `[N, H, W, inputChannels]` -> `[N, scale H, scale W, outputChannels]`, colours in
/// 0...1 on both sides, the output not clamped.
///
/// It is two networks in a row. The first finds features at the input's size or less, with a large receptive field; the
/// second makes the output of them, with a small receptive field and in some networks many times the memory. Large images
/// are computed in tiles of one size for the first and of another for the second.
public protocol UpscalingNetwork: GeneratorNetwork where Configuration: UpscalingConfiguration {
  /// The scales that such a network can have, its other settings as they are.
  static func scales(of configuration: Configuration) -> [Int]

  /// `[N, H, W, inputChannels]` -> `[N, H / sizeMultiple, W / sizeMultiple, width]`: features have a pixel for each square
  /// of `sizeMultiple` pixels a side.
  func features(of input: Tensor) -> Tensor
  /// The output for an input whose features are known: `[N, scale H, scale W, outputChannels]`.
  func output(from features: Tensor, of input: Tensor) -> Tensor

  /// The radius of a feature's receptive field, in pixels of the input.
  var featureRadius: Int { get }
  /// The radius of an output pixel's receptive field among features and input, in pixels of the input.
  var outputRadius: Int { get }

  /// The most values that are alive at once for each input pixel while features are found: what peak memory is estimated
  /// from.
  var featureValuesPerPixel: Int { get }
  /// The same while the output is made of them.
  var outputValuesPerPixel: Int { get }
}

public protocol UpscalingConfiguration: GeneratorConfiguration {
  /// How many times larger the output is along each side.
  var scale: Int { get set }
}

extension UpscalingNetwork {
  public static var valueRange: ValueRange { .unit }

  public static func problem(with configuration: Configuration) -> String? {
    if let problem = problemWithChannels(of: configuration) ?? problemWithSettings(of: configuration) { return problem }
    let scales = scales(of: configuration)
    guard !scales.contains(configuration.scale) else { return nil }
    return "its scale is \(configuration.scale), expected \(SettingText.alternatives(scales.map(String.init)))"
  }

  public static func usualTask(of configuration: Configuration) -> String { "super-resolution" }

  public func callAsFunction(_ input: Tensor) -> Tensor { output(from: features(of: input), of: input) }

  public var scale: Int { configuration.scale }

  /// The radius of an output pixel's receptive field, in pixels of the input.
  public var receptiveRadius: Int { featureRadius + outputRadius }
}
