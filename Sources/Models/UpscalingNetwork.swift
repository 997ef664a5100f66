import Tensors

/// A generator that makes images larger: `[N, H, W, inputChannels]` -> `[N, scale H, scale W, outputChannels]`, colours in
/// 0...1 on both sides, the output not clamped.
///
/// It is two networks in a row. The first finds features at the input's size, or less, and reaches far; the second makes
/// the output of them, of a small neighbourhood each time, and in some networks takes many times the memory. Large images
/// are computed in tiles of one size for the first and of another for the second.
public protocol UpscalingNetwork: PyTorchNetwork {
  var scale: Int { get }
  var inputChannels: Int { get }
  var outputChannels: Int { get }
  /// What H and W must be multiples of; features have a pixel for each square of so many of the input.
  var sizeMultiple: Int { get }

  /// `[N, H, W, inputChannels]` -> `[N, H / sizeMultiple, W / sizeMultiple, width]`.
  func features(of input: Tensor) -> Tensor
  /// The output for an input whose features are known: `[N, scale H, scale W, outputChannels]`.
  func output(from features: Tensor, of input: Tensor) -> Tensor

  /// How far the input pixels that a feature depends on lie from the ones that it stands for, at most.
  var featureReach: Int { get }
  /// How far the input pixels, and the ones that features stand for, that an output pixel is made of lie from the one that
  /// it stands for, at most.
  var outputReach: Int { get }

  /// The most values that are alive at once for each input pixel while features are found: what memory is estimated from.
  var featureValuesPerPixel: Int { get }
  /// The same while the output is made of them.
  var outputValuesPerPixel: Int { get }
}

extension UpscalingNetwork {
  public func callAsFunction(_ input: Tensor) -> Tensor { output(from: features(of: input), of: input) }

  /// How far the input pixels that an output pixel depends on lie from the input pixel that it stands for, at most.
  public var reach: Int { featureReach + outputReach }
}
