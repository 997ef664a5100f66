import Kernels

/// The time that convolutions of one image take with the algorithm chosen for them, measured in multiply-adds of the
/// direct product.
package enum ConvolutionCost {
  /// The cost of `Tensor.convolved`.
  package static func convolution(
    of input: Size, weight: Shape, groups: Int = 1, stride: Size, padding: Padding, dilation: Size = Size(1)
  ) -> Double {
    Double(groups)
      * ConvolutionGeometry(
        input: [1, input.height, input.width, weight[2]],
        weight: [weight[0], weight[1], weight[2], weight[3] / groups],
        stride: stride, padding: padding, dilation: dilation
      ).forwardCost
  }

  /// The cost of `Tensor.transposeConvolved`.
  package static func transposedConvolution(
    of input: Size, weight: Shape, stride: Size, padding: Padding, outputPadding: Size
  ) -> Double {
    ConvolutionGeometry(
      transposing: [1, input.height, input.width, weight[3]], weight: weight, stride: stride, padding: padding,
      outputPadding: outputPadding, dilation: Size(1)
    ).inputGradientCost
  }
}
