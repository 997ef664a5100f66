/// A generator that makes of an image another one of its size: `[N, H, W, inputChannels]` ->
/// `[N, H, W, outputChannels]`, values in -1...1 on both sides.
public protocol TranslationNetwork: PyTorchNetwork {
  var inputChannels: Int { get }
  var outputChannels: Int { get }
  /// What H and W must be multiples of.
  var sizeMultiple: Int { get }
  /// What H and W must be at least.
  var smallestSize: Int { get }

  /// The most values that are alive at once for each pixel outside of training: what memory is estimated from.
  var valuesPerPixel: Int { get }
  /// The values that a parameter comes to in the end, with the forms of it that convolutions keep.
  var valuesPerParameter: Int { get }
}
