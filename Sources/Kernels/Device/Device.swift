/// What can compute: the host's processor, or another device with memory of its own.
///
/// Operations take and return `Buffer`s, which show no pointers, and descriptions of the work in plain numbers. All but
/// `accumulate` and `updateByAdam` leave their operands alone and return values of their own. Another device may still be
/// computing when a call returns: whoever looks at values waits, through `Buffer.withHostValues`.
///
/// Every operation is a function of its operands alone. The same operation on the same device gives the same bits.
package protocol Device: AnyObject, Sendable {
  /// Why the device cannot compute with a precision, if so.
  func obstacle(to precision: OperandPrecision) -> String?

  // MARK: Memory

  /// Copies values from the host's memory to the device's.
  func upload(_ values: UnsafeBufferPointer<Float>) -> any DeviceBlock
  func filled(with value: Float, count: Int) -> Buffer
  func copy(of values: Buffer) -> Buffer

  // MARK: Products

  /// The convolution of `input`, plus a bias `[outputChannels]` if there is one.
  ///
  /// - Parameters:
  ///   - weight: `[kernelHeight, kernelWidth, inputChannels, outputChannels]`.
  ///   - gathersMoments: whether a norm follows that wants the output's moments, with a group for each image. A device may
  ///     return none where it cannot gather them on the way.
  func convolution(
    _ geometry: ConvolutionGeometry, input: PixelSource, weight: Buffer, bias: Buffer?, precision: OperandPrecision,
    gathersMoments: Bool
  ) -> (output: Buffer, moments: ChannelMoments?)
  /// The gradient of a convolution's input, plus a bias `[inputChannels]` if there is one: also the transposed convolution.
  func convolutionInputGradient(
    _ geometry: ConvolutionGeometry, outputGradient: PixelSource, weight: Buffer, bias: Buffer?,
    precision: OperandPrecision,
    gathersMoments: Bool
  ) -> (inputGradient: Buffer, moments: ChannelMoments?)
  func convolutionWeightGradient(
    _ geometry: ConvolutionGeometry, input: PixelSource, outputGradient: PixelSource
  ) -> Buffer
  /// The depthwise convolution of `input`, each of whose channels makes one of the output's, plus a bias `[channels]` if there
  /// is one.
  ///
  /// - Parameters:
  ///   - geometry: of as many input as output channels.
  ///   - weight: `[kernelHeight, kernelWidth, channels]`.
  func depthwiseConvolution(
    _ geometry: ConvolutionGeometry, input: PixelSource, weight: Buffer, bias: Buffer?
  ) -> Buffer
  /// The gradient of a depthwise convolution's input.
  func depthwiseConvolutionInputGradient(
    _ geometry: ConvolutionGeometry, outputGradient: PixelSource, weight: Buffer
  ) -> Buffer
  func depthwiseConvolutionWeightGradient(
    _ geometry: ConvolutionGeometry, input: PixelSource, outputGradient: PixelSource
  ) -> Buffer
  func matrixProduct(_ geometry: MatrixProductGeometry, left: Buffer, right: Buffer) -> Buffer

  // MARK: Images

  /// The pixels that a source describes, plus an addend of their size if there is one.
  func pixels(of source: PixelSource, adding addend: Buffer?) -> Buffer
  /// A linear map along height and one along width of `[batch, height, width, channels]`.
  func mapped(_ images: Buffer, rows: AxisMap, columns: AxisMap, batch: Int, channels: Int) -> Buffer
  /// Where the largest value of each window stands, in a form of the device's own.
  func maximumPlaces(_ pooling: PoolingGeometry, of images: Buffer) -> Buffer
  /// For each window of pooling, the image's value at its place.
  func gathered(_ pooling: PoolingGeometry, places: Buffer, from images: Buffer) -> Buffer
  /// The adjoint of `gathered`: the windows' values added up at their places, zeros elsewhere.
  func scattered(_ pooling: PoolingGeometry, places: Buffer, from windows: Buffer) -> Buffer

  // MARK: Norms

  /// The moments of `[groups, count, channels]`.
  func moments(of values: Buffer, groups: Int, count: Int, channels: Int) -> ChannelMoments
  /// Moments of what came before, if anything, and of a part with `count` pixels in each group.
  func joined(_ moments: JoinedMoments?, with part: ChannelMoments, count: Int) -> JoinedMoments
  func statistics(of moments: ChannelMoments, epsilon: Float) -> NormStatistics
  /// Of one group.
  func statistics(of moments: JoinedMoments, epsilon: Float) -> NormStatistics
  /// The gradient of the norm of `[groups, count, channels]`, and of the rectifier after it.
  func normGradient(
    _ statistics: NormStatistics, count: Int, negativeSlope: Float, input: Buffer, outputGradient: Buffer
  ) -> Buffer

  // MARK: Values

  func unary(_ function: UnaryFunction, of values: Buffer) -> Buffer
  /// `scale * x + shift`.
  func affine(_ values: Buffer, scale: Float, shift: Float) -> Buffer
  /// x where positive, `slope * x` elsewhere.
  func rectified(_ values: Buffer, slope: Float) -> Buffer
  func clamped(_ values: Buffer, to range: ClosedRange<Float>) -> Buffer
  /// `values` times 1, `zero` or `negative`, as `selector` is positive, zero or negative.
  func multiplied(_ values: Buffer, bySignOf selector: Buffer, zero: Float, negative: Float) -> Buffer
  /// `values` where `selector` lies in the range, 0 elsewhere.
  func masked(_ values: Buffer, where selector: Buffer, isIn range: ClosedRange<Float>) -> Buffer
  /// A function of two arrays of one rank, whose axes of size 1 stretch to the other's.
  func binary(
    _ function: BinaryFunction, _ left: Buffer, dimensions leftDimensions: [Int], _ right: Buffer,
    dimensions rightDimensions: [Int]
  ) -> Buffer
  /// Copies along axes of size 1, up to dimensions of the same rank.
  func broadcast(_ values: Buffer, from dimensions: [Int], to outputDimensions: [Int]) -> Buffer
  /// 0 with probability `rate`, by the generator's uniform draw at each index, and 1 / (1 - rate) elsewhere.
  func dropoutMask(count: Int, rate: Float, random: Philox) -> Buffer

  // MARK: Axes

  /// `[outer, count, inner]` to `[outer, inner]`.
  func sum(_ values: Buffer, outer: Int, count: Int, inner: Int) -> Buffer
  /// `[outer, count, inner]` to `[outer, inner]`.
  func maximum(_ values: Buffer, outer: Int, count: Int, inner: Int) -> Buffer
  /// Of `[rows, channels]`: exp(x) over the sum of these in the row.
  func softmax(_ values: Buffer, channels: Int) -> Buffer
  /// The logarithm of that.
  func logSoftmax(_ values: Buffer, channels: Int) -> Buffer
  /// 1 where the maximum first stands in `[outer, count, inner]`, 0 elsewhere.
  func firstPlaces(of maximum: Buffer, in values: Buffer, outer: Int, count: Int, inner: Int) -> Buffer
  /// `count` values put together from runs of others; zeros where none goes.
  func assembled(count: Int, from pieces: [StridedCopy]) -> Buffer
  /// Axis `i` of the result is axis `permutation[i]` of the values'.
  func permuted(_ values: Buffer, dimensions: [Int], permutation: [Int]) -> Buffer

  // MARK: State, changed in place

  /// `target += values`. Nobody else holds the target.
  func accumulate(_ values: Buffer, to target: Buffer)
  /// One step of Adam. Nobody else holds the parameter and the moments.
  func updateByAdam(
    parameter: Buffer, gradient: Buffer, firstMoment: Buffer, secondMoment: Buffer, _ settings: AdamSettings)
}

/// Values in a device's memory, which it gives up when the last reference goes.
package protocol DeviceBlock: AnyObject, Sendable {
  var device: any Device { get }

  /// Copies the values to the host's memory, once they are worked out.
  func download(into values: UnsafeMutableBufferPointer<Float>)
}

/// Which device computes.
package enum Devices {
  /// For operations that the current task starts.
  @TaskLocal package static var current: any Device = HostDevice.shared
}
