import Tensors

/// A generator that makes images larger: `[N, H, W, inputChannels]` -> `[N, scale H, scale W, outputChannels]`, both in
/// 0...1, but the output is not clamped.
///
/// It consists of two networks in sequence. The first computes features at the input's size or less, with a large
/// receptive field; the second computes the output from them, with a small receptive field and in some networks many
/// times the memory. Large images are therefore computed in tiles of different sizes for the two.
public protocol UpscalingNetwork: GeneratorNetwork where Configuration: UpscalingConfiguration {
  /// The scales that such a network can have with its other settings unchanged.
  static func scales(of configuration: Configuration) -> [Int]

  /// `[N, H, W, inputChannels]` -> `[N, H / featureStride, W / featureStride, width]`: features have one pixel for each
  /// square of `featureStride` by `featureStride` input pixels.
  func features(of input: Tensor) -> Tensor
  /// The output, from the input and its features: `[N, scale H, scale W, outputChannels]`.
  func output(from features: Tensor, of input: Tensor) -> Tensor

  /// The same network with as few operations as possible, for use outside training; by default, itself. Results differ by
  /// rounding only.
  func folded() -> Self

  /// The side, in pixels of the input, of the square that a feature stands for; `sizeMultiple` by default, of which it is a
  /// divisor.
  var featureStride: Int { get }
  /// The radius of a feature's receptive field, in pixels of the input.
  var featureRadius: Int { get }
  /// Whether features depend on statistics of the whole image, so that tiles cannot equal it; false by default. `featureRadius`
  /// is then only how much of its surroundings a tile sees.
  var dependsOnWholeImage: Bool { get }
  /// The radius of an output pixel's receptive field in the features and the input, in pixels of the input.
  var outputRadius: Int { get }

  /// The most values per input pixel that are alive at once while features are computed, from which peak memory is
  /// estimated.
  var featureValuesPerPixel: Int { get }
  /// The same while the output is computed from the features.
  var outputValuesPerPixel: Int { get }
}

public protocol UpscalingConfiguration: GeneratorConfiguration {
  /// The factor by which the output is larger than the input along each side.
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

  public func folded() -> Self { self }

  public var featureStride: Int { sizeMultiple }

  public var dependsOnWholeImage: Bool { false }

  /// What a tile sees of its surroundings where it cannot equal the whole: beyond this, what the statistics of the tile miss
  /// counts for more.
  static var usualHalo: Int { 64 }

  public var scale: Int { configuration.scale }

  /// The radius of an output pixel's receptive field, in pixels of the input.
  public var receptiveRadius: Int { featureRadius + outputRadius }
}
