/// The kernels that are built once for each instruction set, from one source: `KernelsBaseline` holds it, and
/// `KernelsAVX2` and `KernelsAVX512` compile the same files for wider registers.
///
/// They take pointers and plain numbers and run on the calling thread. A call does so much work that choosing the
/// instruction set at run time costs nothing.
package protocol VectorKernels: Sendable {
  /// As `GUISE_ISA` names it.
  var name: String { get }

  /// A product with a packed right side; see `PanelProduct`.
  func multiply(_ product: PanelProduct)

  /// Whether the kernels can multiply pairs of bfloat16, if the processor can.
  var multipliesPairs: Bool { get }

  /// Rounds values to the nearest bfloat16, ties to even; two neighbours make a pair, the first one low.
  func round(_ values: UnsafePointer<Float>, count: Int, toPairs pairs: UnsafeMutablePointer<UInt16>)

  /// Rounds values to three bytes, and makes values of those again.
  func round(
    _ values: UnsafePointer<Float>, count: Int, toUpper upper: UnsafeMutablePointer<UInt16>,
    lower: UnsafeMutablePointer<UInt8>)
  func join(
    upper: UnsafePointer<UInt16>, lower: UnsafePointer<UInt8>, count: Int, into values: UnsafeMutablePointer<Float>)

  /// Copies pixels, normalised and rectified on the way; see `PixelRead`.
  func read(_ pixels: PixelRead)

  /// The same, but that each run of `DepthwiseProduct.channelsPerLine` channels goes to memory of its own, `targetLine` values
  /// after the one before.
  func readLines(_ pixels: PixelRead, targetLine: Int)

  /// `target += source`.
  func add(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int)

  /// Adds each channel's values, less `pivot`, and their squares to `sums` and `squares`, all `[channels]`, over
  /// `[pixels, channels]`.
  func accumulateMoments(
    of pixels: UnsafePointer<Float>, count: Int, channels: Int, pivot: UnsafePointer<Float>,
    sums: UnsafeMutablePointer<Float>, squares: UnsafeMutablePointer<Float>)

  /// The gradient of normalisation; see `NormalizationGradient`.
  func accumulateGradientMoments(_ gradient: NormalizationGradient, sums: UnsafeMutablePointer<Float>)
  func finish(_ gradient: NormalizationGradient, means: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>)

  /// Depthwise convolution and its weight gradient; see `DepthwiseProduct`.
  func convolveDepthwise(_ product: DepthwiseProduct)
  func accumulateDepthwiseGradient(_ product: DepthwiseGradientProduct)

  /// Adam's step on a run of values; see `AdamStep`.
  func update(_ step: AdamStep)

  /// Winograd's transforms; see `WinogradTransform`.
  func transformInput(_ transform: WinogradTransform)
  func transformProducts(_ transform: WinogradTransform, bias: UnsafePointer<Float>?, height: Int, lastWidth: Int)
  func transformOutputGradient(_ transform: WinogradTransform)
  func transformWeight(_ weight: WinogradWeight, rows: Range<Int>)
  func transformWeightGradient(
    _ form: WinogradForm, from products: UnsafePointer<Float>, positionStride: Int,
    into gradient: UnsafeMutablePointer<Float>, stride: Int, range: Range<Int>)
}
