import Kernels

extension Tensor {
  /// 2-D convolution in groups: the input's and the output's channels are cut into as many runs, and each run of the output
  /// is made of one of the input. With a group for each input channel it is depthwise.
  ///
  /// - Parameters:
  ///   - weight: `[kernelHeight, kernelWidth, inputChannels / groups, outputChannels]`.
  ///   - bias: `[outputChannels]`.
  ///   - groups: of which both numbers of channels are multiples.
  /// - Returns: `[N, H', W', outputChannels]`, sizes as without groups.
  public func convolved(
    with weight: Tensor, bias: Tensor? = nil, groups: Int, stride: Size = Size(1), padding: Padding = Padding(0),
    dilation: Size = Size(1)
  ) -> Tensor {
    if groups == 1 {
      return convolved(with: weight, bias: bias, stride: stride, padding: padding, dilation: dilation)
    }
    precondition(
      groups > 0 && shape.rank == 4 && weight.shape.rank == 4 && shape[3] == groups * weight.shape[2]
        && weight.shape[3] % groups == 0,
      "an input of shape \(shape) does not fit a kernel of shape \(weight.shape) in \(groups) groups")
    if groups == shape[3] {
      let multiplier = weight.shape[3] / groups
      return repeatedChannels(multiplier).depthwiseConvolved(
        with: weight, bias: bias, stride: stride, padding: padding, dilation: dilation)
    }
    let (inputs, outputs) = (weight.shape[2], weight.shape[3] / groups)
    let parts = (0..<groups).map { group in
      let output = group * outputs..<(group + 1) * outputs
      return sliced(axis: 3, range: group * inputs..<(group + 1) * inputs).convolved(
        with: weight.sliced(axis: 3, range: output), bias: bias?.sliced(axis: 0, range: output), stride: stride,
        padding: padding, dilation: dilation)
    }
    return concatenated(parts, axis: 3)
  }

  /// Every channel several times, side by side.
  private func repeatedChannels(_ count: Int) -> Tensor {
    if count == 1 { return self }
    let pixels = shape.dimensions.dropLast()
    return reshaped(to: Shape(shape.dimensions + [1]))
      .broadcast(to: Shape(shape.dimensions + [count]))
      .reshaped(to: Shape(pixels + [shape[-1] * count]))
  }

  /// - Parameter weight: `[kernelHeight, kernelWidth, 1, channels]`.
  private func depthwiseConvolved(
    with weight: Tensor, bias: Tensor?, stride: Size, padding: Padding, dilation: Size
  ) -> Tensor {
    let geometry = ConvolutionGeometry(
      input: shape, weight: weight.shape, stride: stride, padding: padding, dilation: dilation)
    precondition(
      geometry.outputHeight > 0 && geometry.outputWidth > 0,
      "an input of shape \(shape) is smaller than a kernel of shape \(weight.shape)")
    return DepthwiseConvolution(geometry: geometry).apply(to: [self, weight] + (bias.map { [$0] } ?? []))
  }
}

extension ConvolutionGeometry {
  fileprivate var depthwiseWeightShape: Shape { [kernelHeight, kernelWidth, 1, outputChannels] }

  /// Of a depthwise convolution by its definition; its two gradients have as many.
  fileprivate var depthwiseFlops: Int { 2 * outputShape.count * kernelHeight * kernelWidth }
}

/// (input, weight and perhaps a bias) to output. This and the two operations below are each other's derivatives.
private struct DepthwiseConvolution: TensorOperation {
  let geometry: ConvolutionGeometry

  func cost(of inputs: [NDArray], output: NDArray) -> Cost { Cost(flops: geometry.depthwiseFlops, of: inputs, output) }

  func output(of inputs: [NDArray]) -> NDArray {
    NDArray(
      device.depthwiseConvolution(
        geometry, input: inputs[0].pixelSource, weight: inputs[1].buffer,
        bias: inputs.count > 2 ? inputs[2].buffer : nil), shape: geometry.outputShape)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    var result: [Tensor?] = [
      call.needs[0] ? DepthwiseConvolutionInputGradient(geometry: geometry)(gradient, call.inputs[1]) : nil,
      call.needs[1] ? DepthwiseConvolutionWeightGradient(geometry: geometry)(call.inputs[0], gradient) : nil,
    ]
    if call.inputs.count > 2 { result.append(call.needs[2] ? gradient.sum(axes: [0, 1, 2]) : nil) }
    return result
  }
}

/// (output gradient, weight) to input gradient.
private struct DepthwiseConvolutionInputGradient: TensorOperation {
  let geometry: ConvolutionGeometry

  func cost(of inputs: [NDArray], output: NDArray) -> Cost { Cost(flops: geometry.depthwiseFlops, of: inputs, output) }

  func output(of inputs: [NDArray]) -> NDArray {
    NDArray(
      device.depthwiseConvolutionInputGradient(
        geometry, outputGradient: inputs[0].pixelSource, weight: inputs[1].buffer), shape: geometry.inputShape)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    [
      call.needs[0] ? DepthwiseConvolution(geometry: geometry)(gradient, call.inputs[1]) : nil,
      call.needs[1] ? DepthwiseConvolutionWeightGradient(geometry: geometry)(gradient, call.inputs[0]) : nil,
    ]
  }
}

/// (input, output gradient) to weight gradient.
private struct DepthwiseConvolutionWeightGradient: TensorOperation {
  let geometry: ConvolutionGeometry

  func cost(of inputs: [NDArray], output: NDArray) -> Cost { Cost(flops: geometry.depthwiseFlops, of: inputs, output) }

  func output(of inputs: [NDArray]) -> NDArray {
    NDArray(
      device.depthwiseConvolutionWeightGradient(
        geometry, input: inputs[0].pixelSource, outputGradient: inputs[1].pixelSource),
      shape: geometry.depthwiseWeightShape)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    [
      call.needs[0] ? DepthwiseConvolutionInputGradient(geometry: geometry)(call.inputs[1], gradient) : nil,
      call.needs[1] ? DepthwiseConvolution(geometry: geometry)(call.inputs[0], gradient) : nil,
    ]
  }
}
