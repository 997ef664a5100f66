import Kernels

extension Tensor {
  /// 2-D convolution (cross-correlation, as in all deep-learning libraries), zeros outside of the input.
  ///
  /// - Parameters:
  ///   - weight: `[kernelHeight, kernelWidth, inputChannels, outputChannels]`.
  ///   - bias: `[outputChannels]`.
  /// - Returns: `[N, H', W', outputChannels]` with H' = (H + padding - dilation (kernel - 1) - 1) / stride + 1.
  public func convolved(
    with weight: Tensor, bias: Tensor? = nil, stride: Size = Size(1), padding: Padding = Padding(0),
    dilation: Size = Size(1)
  ) -> Tensor {
    convolved(with: weight, bias, stride, padding, dilation, gathersMoments: false)
  }

  /// The same, which gathers the result's moments: an instance norm need then not read it for its statistics.
  package func convolvedGatheringMoments(
    with weight: Tensor, bias: Tensor? = nil, stride: Size = Size(1), padding: Padding = Padding(0)
  ) -> Tensor {
    convolved(with: weight, bias, stride, padding, Size(1), gathersMoments: true)
  }

  private func convolved(
    with weight: Tensor, _ bias: Tensor?, _ stride: Size, _ padding: Padding, _ dilation: Size, gathersMoments: Bool
  ) -> Tensor {
    precondition(
      shape.rank == 4 && weight.shape.rank == 4 && shape[3] == weight.shape[2],
      "an input of shape \(shape) does not fit a kernel of shape \(weight.shape)")
    let geometry = ConvolutionGeometry(
      input: shape, weight: weight.shape, stride: stride, padding: padding, dilation: dilation)
    precondition(
      geometry.outputHeight > 0 && geometry.outputWidth > 0,
      "an input of shape \(shape) is smaller than a kernel of shape \(weight.shape)")
    return Convolution(geometry: geometry, gathersMoments: gathersMoments).apply(
      to: [self, weight] + (bias.map { [$0] } ?? []))
  }

  /// Transposed 2-D convolution: the input gradient of `convolved` as an operation of its own.
  ///
  /// - Parameters:
  ///   - weight: `[kernelHeight, kernelWidth, outputChannels, inputChannels]`.
  ///   - bias: `[outputChannels]`.
  ///   - outputPadding: rows and columns added below and on the right, to choose among the sizes that the matching
  ///     convolution takes to the input's; smaller than the stride.
  /// - Returns: `[N, H', W', outputChannels]` with
  ///   H' = (H - 1) stride - padding + dilation (kernel - 1) + outputPadding + 1.
  public func transposeConvolved(
    with weight: Tensor, bias: Tensor? = nil, stride: Size = Size(1), padding: Padding = Padding(0),
    outputPadding: Size = Size(0), dilation: Size = Size(1)
  ) -> Tensor {
    transposeConvolved(with: weight, bias, stride, padding, outputPadding, dilation, gathersMoments: false)
  }

  /// The same, which gathers the result's moments: an instance norm need then not read it for its statistics.
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

  /// Of the convolution whose input gradient a transposed convolution of `input` is.
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
    // Output padding stands where the forward convolution's stride leaves a remainder.
    vertical.paddingAfter -= (outputHeight - input[1]) * stride.height
    horizontal.paddingAfter -= (outputWidth - input[2]) * stride.width
  }

  fileprivate var inputShape: Shape { [batch, inputHeight, inputWidth, inputChannels] }
  fileprivate var outputShape: Shape { [batch, outputHeight, outputWidth, outputChannels] }
  fileprivate var weightShape: Shape { [kernelHeight, kernelWidth, inputChannels, outputChannels] }

  /// Of the direct convolution; the same for all three.
  fileprivate var flops: Int { 2 * outputShape.count * kernelHeight * kernelWidth * inputChannels }
}

/// (input, weight, bias or not) to output. The three operations below are each other's derivatives.
private struct Convolution: Operation {
  let geometry: ConvolutionGeometry
  var gathersMoments = false

  func work(of inputs: [NDArray], output: NDArray) -> Work { Work(flops: geometry.flops, of: inputs, output) }

  func output(of inputs: [NDArray]) -> NDArray {
    var moments: ChannelMoments?
    var result = NDArray(shape: geometry.outputShape) { output in
      moments = Kernels.Convolution.forward(
        geometry, input: inputs[0].pixelSource, weight: .init(inputs[1].buffer, keepsForms: true),
        bias: inputs.count > 2 ? inputs[2].pointer : nil, precision: GradientMode.precision,
        gathersMoments: gathersMoments, output: output)
    }
    result.moments = moments
    return result
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    var result: [Tensor?] = [
      call.needs[0] ? ConvolutionInputGradient(geometry: geometry)(gradient, call.inputs[1]) : nil,
      call.needs[1] ? ConvolutionWeightGradient(geometry: geometry)(call.inputs[0], gradient) : nil,
    ]
    if call.inputs.count > 2 { result.append(call.needs[2] ? gradient.sum(axes: [0, 1, 2]) : nil) }
    return result
  }
}

/// (output gradient, weight, bias or not) to input gradient: also the transposed convolution.
private struct ConvolutionInputGradient: Operation {
  let geometry: ConvolutionGeometry
  var gathersMoments = false

  func work(of inputs: [NDArray], output: NDArray) -> Work { Work(flops: geometry.flops, of: inputs, output) }

  func output(of inputs: [NDArray]) -> NDArray {
    var moments: ChannelMoments?
    var result = NDArray(shape: geometry.inputShape) { output in
      moments = Kernels.Convolution.inputGradient(
        geometry, outputGradient: inputs[0].pixelSource, weight: .init(inputs[1].buffer, keepsForms: true),
        bias: inputs.count > 2 ? inputs[2].pointer : nil, precision: GradientMode.precision,
        gathersMoments: gathersMoments, inputGradient: output)
    }
    result.moments = moments
    return result
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    var result: [Tensor?] = [
      call.needs[0] ? Convolution(geometry: geometry)(gradient, call.inputs[1]) : nil,
      call.needs[1] ? ConvolutionWeightGradient(geometry: geometry)(gradient, call.inputs[0]) : nil,
    ]
    if call.inputs.count > 2 { result.append(call.needs[2] ? gradient.sum(axes: [0, 1, 2]) : nil) }
    return result
  }
}

/// (input, output gradient) to weight gradient.
private struct ConvolutionWeightGradient: Operation {
  let geometry: ConvolutionGeometry

  func work(of inputs: [NDArray], output: NDArray) -> Work { Work(flops: geometry.flops, of: inputs, output) }

  func output(of inputs: [NDArray]) -> NDArray {
    NDArray(shape: geometry.weightShape) { output in
      Kernels.Convolution.weightGradient(
        geometry, input: inputs[0].pixelSource, outputGradient: inputs[1].pixelSource, weightGradient: output)
    }
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    [
      call.needs[0] ? ConvolutionInputGradient(geometry: geometry)(call.inputs[1], gradient) : nil,
      call.needs[1] ? Convolution(geometry: geometry)(call.inputs[0], gradient) : nil,
    ]
  }
}
