import Kernels

extension Tensor {
  /// 2-D convolution (cross-correlation, as in all deep-learning libraries) with zero padding.
  ///
  /// - Parameters:
  ///   - weight: `[kernelHeight, kernelWidth, inputChannels, outputChannels]`.
  ///   - bias: `[outputChannels]`.
  ///   - addend: added to the result, whose shape it has, without another pass over memory.
  /// - Returns: `[N, H', W', outputChannels]` with H' = (H + padding - dilation (kernel - 1) - 1) / stride + 1.
  public func convolved(
    with weight: Tensor, bias: Tensor? = nil, stride: Size = Size(1), padding: Padding = Padding(0),
    dilation: Size = Size(1), adding addend: Tensor? = nil
  ) -> Tensor {
    convolved(with: weight, bias, stride, padding, dilation, addend, gathersMoments: false)
  }

  /// The same, but also gathers the result's moments, so that an instance norm need not read it again for its
  /// statistics.
  package func convolvedGatheringMoments(
    with weight: Tensor, bias: Tensor? = nil, stride: Size = Size(1), padding: Padding = Padding(0)
  ) -> Tensor {
    convolved(with: weight, bias, stride, padding, Size(1), nil, gathersMoments: true)
  }

  private func convolved(
    with weight: Tensor, _ bias: Tensor?, _ stride: Size, _ padding: Padding, _ dilation: Size, _ addend: Tensor?,
    gathersMoments: Bool
  ) -> Tensor {
    precondition(
      shape.rank == 4 && weight.shape.rank == 4 && shape[3] == weight.shape[2],
      "an input of shape \(shape) does not fit a kernel of shape \(weight.shape)")
    let geometry = ConvolutionGeometry(
      input: shape, weight: weight.shape, stride: stride, padding: padding, dilation: dilation)
    precondition(
      geometry.outputHeight > 0 && geometry.outputWidth > 0,
      "an input of shape \(shape) is smaller than a kernel of shape \(weight.shape)")
    if let addend {
      precondition(
        addend.shape == geometry.outputShape,
        "an addend of shape \(addend.shape) does not fit an output of shape \(geometry.outputShape)")
    }
    return Convolution(geometry: geometry, gathersMoments: gathersMoments, hasBias: bias != nil).apply(
      to: [self, weight] + [bias, addend].compactMap(\.self))
  }

  /// Transposed 2-D convolution, which is the input gradient of `convolved`.
  ///
  /// - Parameters:
  ///   - weight: `[kernelHeight, kernelWidth, outputChannels, inputChannels]`.
  ///   - bias: `[outputChannels]`.
  ///   - outputPadding: rows and columns added at the bottom and on the right, fewer than the stride or the dilation.
  ///     It chooses among the output sizes that a strided convolution would map to the same input size.
  /// - Returns: `[N, H', W', outputChannels]` with
  ///   H' = (H - 1) stride - padding + dilation (kernel - 1) + outputPadding + 1.
  public func transposeConvolved(
    with weight: Tensor, bias: Tensor? = nil, stride: Size = Size(1), padding: Padding = Padding(0),
    outputPadding: Size = Size(0), dilation: Size = Size(1)
  ) -> Tensor {
    transposeConvolved(with: weight, bias, stride, padding, outputPadding, dilation, gathersMoments: false)
  }

  /// The same, but also gathers the result's moments, so that an instance norm need not read it again for its
  /// statistics.
  package func transposeConvolvedGatheringMoments(
    with weight: Tensor, bias: Tensor? = nil, stride: Size = Size(1), padding: Padding = Padding(0),
    outputPadding: Size = Size(0)
  ) -> Tensor {
    transposeConvolved(with: weight, bias, stride, padding, outputPadding, Size(1), gathersMoments: true)
  }

  private func transposeConvolved(
    with weight: Tensor, _ bias: Tensor?, _ stride: Size, _ padding: Padding, _ outputPadding: Size, _ dilation: Size,
    gathersMoments: Bool
  ) -> Tensor {
    precondition(
      shape.rank == 4 && weight.shape.rank == 4 && shape[3] == weight.shape[3],
      "an input of shape \(shape) does not fit a transposed kernel of shape \(weight.shape)")
    precondition(
      outputPadding.height < max(stride.height, dilation.height)
        && outputPadding.width < max(stride.width, dilation.width),
      "output padding \(outputPadding) must be smaller than the stride \(stride) or the dilation \(dilation)")
    let geometry = ConvolutionGeometry(
      transposing: shape, weight: weight.shape, stride: stride, padding: padding, outputPadding: outputPadding,
      dilation: dilation)
    precondition(
      geometry.inputHeight > 0 && geometry.inputWidth > 0,
      "an input of shape \(shape) leaves nothing after the padding \(padding)")
    return ConvolutionInputGradient(geometry: geometry, gathersMoments: gathersMoments).apply(
      to: [self, weight] + (bias.map { [$0] } ?? []))
  }
}

extension ConvolutionGeometry {
  init(input: Shape, weight: Shape, stride: Size, padding: Padding, dilation: Size) {
    self.init(
      batch: input[0], inputHeight: input[1], inputWidth: input[2], inputChannels: input[3],
      kernelHeight: weight[0], kernelWidth: weight[1], outputChannels: weight[3],
      vertical: ConvolutionAxis(
        stride: stride.height, dilation: dilation.height, paddingBefore: padding.top, paddingAfter: padding.bottom),
      horizontal: ConvolutionAxis(
        stride: stride.width, dilation: dilation.width, paddingBefore: padding.left, paddingAfter: padding.right))
  }

  /// The geometry of the convolution whose input gradient is the transposed convolution of `input`.
  init(transposing input: Shape, weight: Shape, stride: Size, padding: Padding, outputPadding: Size, dilation: Size) {
    let height =
      (input[1] - 1) * stride.height - padding.top - padding.bottom + dilation.height * (weight[0] - 1)
      + outputPadding.height + 1
    let width =
      (input[2] - 1) * stride.width - padding.left - padding.right + dilation.width * (weight[1] - 1)
      + outputPadding.width + 1
    self.init(
      input: [input[0], max(0, height), max(0, width), weight[2]], weight: weight, stride: stride, padding: padding,
      dilation: dilation)
    // Output padding covers the rows and columns that remain when the forward convolution's stride does not divide its
    // input.
    vertical.paddingAfter -= (outputHeight - input[1]) * stride.height
    horizontal.paddingAfter -= (outputWidth - input[2]) * stride.width
  }

  var inputShape: Shape { [batch, inputHeight, inputWidth, inputChannels] }
  var outputShape: Shape { [batch, outputHeight, outputWidth, outputChannels] }
  fileprivate var weightShape: Shape { [kernelHeight, kernelWidth, inputChannels, outputChannels] }

  /// FLOPs of the convolution by its definition; each of its two gradients takes as many.
  fileprivate var flops: Int { 2 * outputShape.count * kernelHeight * kernelWidth * inputChannels }
}

extension NDArray {
  /// The images as a convolution reads them, which may be a gradient's.
  fileprivate func pixelSource(isGradient: Bool) -> PixelSource {
    var source = pixelSource
    source.isGradient = isGradient
    return source
  }
}

/// Maps (input, weight, optional bias, optional addend) to the output. This and the two operations below are each other's derivatives.
private struct Convolution: TensorOperation {
  let geometry: ConvolutionGeometry
  var gathersMoments = false
  var hasBias = false
  /// Whether the input is a loss's gradient.
  var readsGradient = false
  /// Whether the weight is one, too: of no order of magnitude that is known, so that only float32 fits.
  var isWeightGradient = false

  func cost(of inputs: [NDArray], output: NDArray) -> Cost { Cost(flops: geometry.flops, of: inputs, output) }

  private var addendIndex: Int { hasBias ? 3 : 2 }

  func output(of inputs: [NDArray]) -> NDArray {
    let (output, moments) = device.convolution(
      geometry, input: inputs[0].pixelSource(isGradient: readsGradient), weight: inputs[1].buffer,
      bias: hasBias ? inputs[2].buffer : nil, adding: inputs.count > addendIndex ? inputs[addendIndex].buffer : nil,
      precision: isWeightGradient ? .float32 : GradientMode.operands,
      gathersMoments: gathersMoments)
    var result = NDArray(output, shape: geometry.outputShape)
    result.moments = moments
    return result
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    let toInput = ConvolutionInputGradient(geometry: geometry, readsGradient: true)
    let toWeight = ConvolutionWeightGradient(geometry: geometry, isGradient: (input: readsGradient, output: true))
    var result: [Tensor?] = [
      call.needs[0] ? toInput(gradient, call.inputs[1]) : nil,
      call.needs[1] ? toWeight(call.inputs[0], gradient) : nil,
    ]
    if hasBias { result.append(call.needs[2] ? gradient.sum(axes: [0, 1, 2]) : nil) }
    if call.inputs.count > addendIndex { result.append(call.needs[addendIndex] ? gradient : nil) }
    return result
  }
}

/// Maps (output gradient, weight, optional bias) to the input gradient; this is also the transposed convolution.
private struct ConvolutionInputGradient: TensorOperation {
  let geometry: ConvolutionGeometry
  var gathersMoments = false
  /// Whether the output gradient is a loss's gradient, and not what a transposed convolution reads.
  var readsGradient = false
  /// As in `Convolution`.
  var isWeightGradient = false

  func cost(of inputs: [NDArray], output: NDArray) -> Cost { Cost(flops: geometry.flops, of: inputs, output) }

  func output(of inputs: [NDArray]) -> NDArray {
    let (inputGradient, moments) = device.convolutionInputGradient(
      geometry, outputGradient: inputs[0].pixelSource(isGradient: readsGradient), weight: inputs[1].buffer,
      bias: inputs.count > 2 ? inputs[2].buffer : nil, precision: isWeightGradient ? .float32 : GradientMode.operands,
      gathersMoments: gathersMoments)
    var result = NDArray(inputGradient, shape: geometry.inputShape)
    result.moments = moments
    return result
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    let toOutput = Convolution(geometry: geometry, readsGradient: true)
    let toWeight = ConvolutionWeightGradient(geometry: geometry, isGradient: (input: true, output: readsGradient))
    var result: [Tensor?] = [
      call.needs[0] ? toOutput(gradient, call.inputs[1]) : nil,
      call.needs[1] ? toWeight(gradient, call.inputs[0]) : nil,
    ]
    if call.inputs.count > 2 { result.append(call.needs[2] ? gradient.sum(axes: [0, 1, 2]) : nil) }
    return result
  }
}

/// Maps (input, output gradient) to the weight gradient.
private struct ConvolutionWeightGradient: TensorOperation {
  let geometry: ConvolutionGeometry
  /// Which of the two is a loss's gradient.
  let isGradient: (input: Bool, output: Bool)

  func cost(of inputs: [NDArray], output: NDArray) -> Cost { Cost(flops: geometry.flops, of: inputs, output) }

  func output(of inputs: [NDArray]) -> NDArray {
    NDArray(
      device.convolutionWeightGradient(
        geometry, input: inputs[0].pixelSource(isGradient: isGradient.input),
        outputGradient: inputs[1].pixelSource(isGradient: isGradient.output), precision: GradientMode.operands),
      shape: geometry.weightShape)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    let toInput = ConvolutionInputGradient(geometry: geometry, readsGradient: true, isWeightGradient: true)
    let toOutput = Convolution(geometry: geometry, readsGradient: true, isWeightGradient: true)
    return [
      call.needs[0] ? toInput(call.inputs[1], gradient) : nil,
      call.needs[1] ? toOutput(call.inputs[0], gradient) : nil,
    ]
  }
}
