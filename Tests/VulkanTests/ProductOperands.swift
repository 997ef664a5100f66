import Kernels

/// What a convolution and its gradients are computed from.
struct ProductOperands {
  let geometry: ConvolutionGeometry
  var input: PixelSource, gradient: PixelSource
  let weight: Buffer
  /// As many values as either has channels.
  var bias: Buffer?

  init(_ geometry: ConvolutionGeometry, gradientScale: Float = 1) {
    self.geometry = geometry
    let batch = geometry.batch
    input = PixelSource(
      numbers(batch * geometry.inputHeight * geometry.inputWidth * geometry.inputChannels), batch: batch,
      height: geometry.inputHeight, width: geometry.inputWidth, channels: geometry.inputChannels)
    gradient = PixelSource(
      numbers(
        batch * geometry.outputHeight * geometry.outputWidth * geometry.outputChannels, seed: 2, scale: gradientScale),
      batch: batch, height: geometry.outputHeight, width: geometry.outputWidth, channels: geometry.outputChannels)
    weight = numbers(
      geometry.kernelHeight * geometry.kernelWidth * geometry.inputChannels * geometry.outputChannels, seed: 3,
      scale: 0.05)
    bias = numbers(max(geometry.inputChannels, geometry.outputChannels), seed: 4)
  }

  /// The convolution, its input gradient and its weight gradient.
  func results(on device: any Device, precision: OperandPrecision) -> [Buffer] {
    [
      device.convolution(
        geometry, input: input, weight: weight, bias: bias, adding: nil, precision: precision, gathersMoments: false
      ).output,
      device.convolutionInputGradient(
        geometry, outputGradient: gradient, weight: weight, bias: bias, precision: precision, gathersMoments: false
      ).inputGradient,
      device.convolutionWeightGradient(geometry, input: input, outputGradient: gradient, precision: precision),
    ]
  }
}
