/// The kernels that are compiled once for each instruction set from the same source files: `KernelsBaseline` holds
/// them, and `KernelsAVX2` and `KernelsAVX512` hold symbolic links to them.
///
/// They take pointers and plain numbers and run on the calling thread. Each call does enough work to make the overhead
/// of dynamic dispatch negligible.
package protocol VectorKernels: Sendable {
  /// The instruction set's name, as in `GUISE_ISA`.
  var name: String { get }

  /// A product with a packed right side; see `PanelProduct`.
  func multiply(_ product: PanelProduct)

  /// Whether these kernels can multiply pairs of bfloat16, provided that the processor can.
  var multipliesPairs: Bool { get }

  /// Rounds values to the nearest bfloat16, ties to even. Two adjacent values make a pair, the first in its low half.
  func round(_ values: UnsafePointer<Float>, count: Int, toPairs pairs: UnsafeMutablePointer<UInt16>)

  /// Rounds float32 values to three bytes each, and joins those to float32 values again.
  func round(
    _ values: UnsafePointer<Float>, count: Int, toUpper upper: UnsafeMutablePointer<UInt16>,
    lower: UnsafeMutablePointer<UInt8>)
  func join(
    upper: UnsafePointer<UInt16>, lower: UnsafePointer<UInt8>, count: Int, into values: UnsafeMutablePointer<Float>)

  /// exp(x - largest) of values of at most `largest`.
  func exponentiate(
    _ values: UnsafePointer<Float>, minus largest: Float, count: Int, into target: UnsafeMutablePointer<Float>)

  /// Replaces scores by exp(score + addend - the largest such sum), and returns the sum of these.
  func exponentiate(
    _ scores: UnsafeMutablePointer<Float>, adding addends: UnsafePointer<Float>, count: Int
  ) -> Float

  func apply(
    _ function: ExponentialFunction, to values: UnsafePointer<Float>, count: Int,
    into target: UnsafeMutablePointer<Float>)

  /// `(x + addend) (sigmoid(x) - 1/2)` for each value x.
  func attend(
    to values: UnsafePointer<Float>, adding addends: UnsafePointer<Float>, count: Int,
    into target: UnsafeMutablePointer<Float>)

  /// Copies pixels, normalised and rectified on the way; see `PixelRead`.
  func read(_ pixels: PixelRead)

  /// `target += source`.
  func add(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int)

  /// For every value x of `pixels`, `[count, channels]`, adds x - pivot to `sums` and its square to `squares`. `pivot`,
  /// `sums` and `squares` are `[channels]`.
  func accumulateMoments(
    of pixels: UnsafePointer<Float>, count: Int, channels: Int, pivot: UnsafePointer<Float>,
    sums: UnsafeMutablePointer<Float>, squares: UnsafeMutablePointer<Float>)

  /// The gradient of normalisation, in two passes; see `NormalizationGradient`.
  func accumulateGradientMoments(_ gradient: NormalizationGradient, sums: UnsafeMutablePointer<Float>)
  func finish(_ gradient: NormalizationGradient, means: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>)

  /// Rows of channels, each with mean 0 and variance 1, times `scale` plus `shift`, both `[channels]`.
  func normalizeRows(
    _ values: UnsafePointer<Float>, rows: Int, channels: Int, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>,
    epsilon: Float, into target: UnsafeMutablePointer<Float>)

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
