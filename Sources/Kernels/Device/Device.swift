/// What operations run on: the host's processor, or another device with memory of its own.
///
/// Operations take sizes and settings as plain numbers, and take and return values as `Buffer`s, which hide where those
/// are stored. Only `accumulate` and `updateByAdam` change their operands; all others return new buffers. Devices other
/// than the host may work asynchronously: reading values, by `Buffer.withHostValues`, waits for them.
///
/// Operations are deterministic: the same operands on the same device give the same bits.
package protocol Device: AnyObject, Sendable {
  /// Why the device cannot compute with a precision; nil if it can.
  func obstacle(to precision: OperandPrecision) -> String?

  // MARK: Memory

  /// Copies values from the host's memory to the device's.
  func upload(_ values: UnsafeBufferPointer<Float>) -> any DeviceBlock
  func filled(with value: Float, count: Int) -> Buffer
  func copy(of values: Buffer) -> Buffer

  // MARK: Products

  /// The convolution of `input`, plus a bias `[outputChannels]` and an addend of the output's shape if there are such.
  ///
  /// - Parameters:
  ///   - weight: `[kernelHeight, kernelWidth, inputChannels, outputChannels]`.
  ///   - gathersMoments: whether to return the output's moments as well, with a group for each image, for a norm that
  ///     follows. A device may return nil if it cannot compute them in the convolution's epilogue.
  func convolution(
    _ geometry: ConvolutionGeometry, input: PixelSource, weight: Buffer, bias: Buffer?, adding addend: Buffer?,
    precision: OperandPrecision, gathersMoments: Bool
  ) -> (output: Buffer, moments: ChannelMoments?)
  /// The gradient of a convolution's input, which is also the transposed convolution, plus a bias `[inputChannels]` if
  /// there is one.
  func convolutionInputGradient(
    _ geometry: ConvolutionGeometry, outputGradient: PixelSource, weight: Buffer, bias: Buffer?,
    precision: OperandPrecision,
    gathersMoments: Bool
  ) -> (inputGradient: Buffer, moments: ChannelMoments?)
  /// `[kernelHeight, kernelWidth, inputChannels, outputChannels]`.
  func convolutionWeightGradient(
    _ geometry: ConvolutionGeometry, input: PixelSource, outputGradient: PixelSource, precision: OperandPrecision
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
  /// `[batch, rows, columns]`.
  func matrixProduct(_ geometry: MatrixProductGeometry, left: Buffer, right: Buffer) -> Buffer

  /// Each query's mean of the values in its window, weighted by the softmax of its products with the keys plus `bias`,
  /// `[heads, pixels of a query window, pixels of a key window]`. The result is `[batch, height, width, heads * headChannels]`
  /// of the queries.
  func windowAttention(
    _ geometry: AttentionGeometry, queries: ChannelRun, keys: ChannelRun, values: ChannelRun, bias: Buffer
  ) -> Buffer

  // MARK: Images

  /// The pixels that a source describes, plus an addend of the same shape if there is one.
  func pixels(of source: PixelSource, adding addend: Buffer?) -> Buffer
  /// A linear map along height and one along width of `[batch, height, width, channels]`.
  func mapped(_ images: Buffer, rows: AxisMap, columns: AxisMap, batch: Int, channels: Int) -> Buffer
  /// The position of the largest value in each window, in a format specific to the device.
  func maximumPlaces(_ pooling: PoolingGeometry, of images: Buffer) -> Buffer
  /// The image's value at each window's position.
  func gathered(_ pooling: PoolingGeometry, places: Buffer, from images: Buffer) -> Buffer
  /// The adjoint of `gathered`: the sum of the windows' values at their positions, zeros elsewhere.
  func scattered(_ pooling: PoolingGeometry, places: Buffer, from windows: Buffer) -> Buffer

  // MARK: Norms

  /// The moments of `[groups, count, channels]`.
  func moments(of values: Buffer, groups: Int, count: Int, channels: Int) -> ChannelMoments
  /// The moments of all pixels so far, if any, and of a part with `count` pixels in each group.
  func joined(_ moments: JoinedMoments?, with part: ChannelMoments, count: Int) -> JoinedMoments
  func statistics(of moments: ChannelMoments, epsilon: Float) -> NormStatistics
  /// The statistics of all pixels as one group.
  func statistics(of moments: JoinedMoments, epsilon: Float) -> NormStatistics
  /// The input gradient of the norm of `[groups, count, channels]` with the rectifier after it.
  func normGradient(
    _ statistics: NormStatistics, count: Int, negativeSlope: Float, input: Buffer, outputGradient: Buffer
  ) -> Buffer

  /// Of `[rows, channels]`: each row with mean 0 and variance 1, times `scale` plus `shift`, both `[channels]`.
  func layerNorm(_ values: Buffer, channels: Int, scale: Buffer, shift: Buffer, epsilon: Float) -> Buffer

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
  /// `(x + addend) (sigmoid(x) - 1/2)`, for as many addends as values.
  func attended(_ values: Buffer, adding addends: Buffer) -> Buffer
  /// A function of two arrays of the same rank, with broadcasting along axes of size 1.
  func binary(
    _ function: BinaryFunction, _ left: Buffer, dimensions leftDimensions: [Int], _ right: Buffer,
    dimensions rightDimensions: [Int]
  ) -> Buffer
  /// Broadcasts axes of size 1 to the output's size; the rank stays the same.
  func broadcast(_ values: Buffer, from dimensions: [Int], to outputDimensions: [Int]) -> Buffer
  /// 0 with probability `rate`, by the generator's uniform draw at each index, and 1 / (1 - rate) elsewhere.
  func dropoutMask(count: Int, rate: Float, random: Philox) -> Buffer

  // MARK: Axes

  /// `[outer, count, inner]` to `[outer, inner]`.
  func sum(_ values: Buffer, outer: Int, count: Int, inner: Int) -> Buffer
  /// The sum of all values' squares, one value.
  func sumOfSquares(_ values: Buffer) -> Buffer
  /// `[outer, count, inner]` to `[outer, inner]`.
  func maximum(_ values: Buffer, outer: Int, count: Int, inner: Int) -> Buffer
  /// Of `[rows, channels]`: exp(x) over the sum of these in the row.
  func softmax(_ values: Buffer, channels: Int) -> Buffer
  /// The logarithm of that.
  func logSoftmax(_ values: Buffer, channels: Int) -> Buffer
  /// `[outer, count, inner]`: 1 at the maximum's first occurrence along the middle axis, 0 elsewhere.
  func firstPlaces(of maximum: Buffer, in values: Buffer, outer: Int, count: Int, inner: Int) -> Buffer
  /// `count` values assembled from strided copies; zero where no copy goes.
  func assembled(count: Int, from pieces: [StridedCopy]) -> Buffer
  /// Axis `i` of the result is axis `permutation[i]` of the values'.
  func permuted(_ values: Buffer, dimensions: [Int], permutation: [Int]) -> Buffer

  // MARK: State, changed in place

  /// `target += values`. The caller must hold the only reference to the target.
  func accumulate(_ values: Buffer, to target: Buffer)
  /// One step of Adam on many parameters. The caller must hold the only references to the parameters and the moments.
  func updateByAdam(_ updates: [AdamUpdate])
}

/// A block of a device's memory, freed with the last reference to it.
package protocol DeviceBlock: AnyObject, Sendable {
  var device: any Device { get }

  /// Whether it holds values: a device that has failed makes blocks without any.
  var isUsable: Bool { get }

  /// This block, or another with the same values where it is stored such that they cannot be changed in place.
  var forWriting: any DeviceBlock { get }

  /// Waits until the values are computed, and copies them to the host's memory.
  func download(into values: UnsafeMutableBufferPointer<Float>)
}

extension DeviceBlock {
  package var isUsable: Bool { true }
  package var forWriting: any DeviceBlock { self }
}
