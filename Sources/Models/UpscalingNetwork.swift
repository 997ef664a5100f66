import Layers

/// A generator that makes images larger: `[N, H, W, inputChannels]` -> `[N, scale H, scale W, outputChannels]`, colours in
/// 0...1 on both sides, the output not clamped.
public protocol UpscalingNetwork: Layer {
  var scale: Int { get }
  var inputChannels: Int { get }
  var outputChannels: Int { get }
  /// What H and W must be multiples of.
  var sizeMultiple: Int { get }
  /// How far the input pixels that an output pixel depends on lie from the input pixel that it stands for, at most.
  var reach: Int { get }
  /// The most values that are alive at once for each input pixel: what memory is estimated from.
  var activationsPerPixel: Int { get }
}
