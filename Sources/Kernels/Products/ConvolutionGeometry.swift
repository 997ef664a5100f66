/// The sizes of a 2-D convolution: input `[batch, inputHeight, inputWidth, inputChannels]`, weight
/// `[kernelHeight, kernelWidth, inputChannels, outputChannels]`, output
/// `[batch, outputHeight, outputWidth, outputChannels]`.
///
/// At output position `o`, kernel position `k` reads input position `o * stride + k * dilation - paddingBefore`, which
/// is zero outside the input.
package struct ConvolutionGeometry: Hashable, Sendable {
  package var batch: Int
  package var inputHeight: Int, inputWidth: Int, inputChannels: Int
  package var kernelHeight: Int, kernelWidth: Int, outputChannels: Int
  package var vertical: ConvolutionAxis
  package var horizontal: ConvolutionAxis

  package init(
    batch: Int, inputHeight: Int, inputWidth: Int, inputChannels: Int, kernelHeight: Int, kernelWidth: Int,
    outputChannels: Int, vertical: ConvolutionAxis, horizontal: ConvolutionAxis
  ) {
    self.batch = batch
    self.inputHeight = inputHeight
    self.inputWidth = inputWidth
    self.inputChannels = inputChannels
    self.kernelHeight = kernelHeight
    self.kernelWidth = kernelWidth
    self.outputChannels = outputChannels
    self.vertical = vertical
    self.horizontal = horizontal
  }

  package var outputHeight: Int { vertical.outputSize(input: inputHeight, kernel: kernelHeight) }
  package var outputWidth: Int { horizontal.outputSize(input: inputWidth, kernel: kernelWidth) }

  /// Values in one output pixel's receptive field.
  var patchCount: Int { kernelHeight * kernelWidth * inputChannels }
  /// Multiply-adds of the direct product, the same forward and backward.
  var multiplyAdds: Double { Double(batch * outputImageCount) * Double(patchCount) }
  var inputImageCount: Int { inputHeight * inputWidth * inputChannels }
  var outputImageCount: Int { outputHeight * outputWidth * outputChannels }

  /// Whether `flipped` exists: stride and dilation 1, and less padding than the kernel's size.
  var isFlippable: Bool {
    [(vertical, kernelHeight), (horizontal, kernelWidth)].allSatisfy { axis, kernel in
      axis.stride == 1 && axis.dilation == 1 && axis.paddingBefore < kernel && axis.paddingAfter < kernel
    }
  }

  /// The convolution that computes this one's input gradient from its output gradient, with the kernel rotated by 180
  /// degrees and its input and output channels exchanged. Flipping twice gives this one again.
  var flipped: ConvolutionGeometry {
    ConvolutionGeometry(
      batch: batch, inputHeight: outputHeight, inputWidth: outputWidth, inputChannels: outputChannels,
      kernelHeight: kernelHeight, kernelWidth: kernelWidth, outputChannels: inputChannels,
      vertical: vertical.flipped(kernel: kernelHeight), horizontal: horizontal.flipped(kernel: kernelWidth))
  }
}

/// A convolution's stride, dilation and padding along one axis.
package struct ConvolutionAxis: Hashable, Sendable {
  package var stride: Int, dilation: Int, paddingBefore: Int, paddingAfter: Int

  package init(stride: Int = 1, dilation: Int = 1, paddingBefore: Int = 0, paddingAfter: Int = 0) {
    self.stride = stride
    self.dilation = dilation
    self.paddingBefore = paddingBefore
    self.paddingAfter = paddingAfter
  }

  func outputSize(input: Int, kernel: Int) -> Int {
    let reach = dilation * (kernel - 1) + 1
    return max(0, (input + paddingBefore + paddingAfter - reach) / stride + 1)
  }

  fileprivate func flipped(kernel: Int) -> ConvolutionAxis {
    ConvolutionAxis(paddingBefore: kernel - 1 - paddingBefore, paddingAfter: kernel - 1 - paddingAfter)
  }
}
