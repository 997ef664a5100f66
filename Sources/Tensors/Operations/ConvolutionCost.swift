import Kernels

/// What convolutions of one image cost, in multiply-adds of a direct product that take as long: by the way in which the
/// engine would compute them.
package enum ConvolutionCost {
  /// As of `Tensor.convolved`.
  package static func convolution(
    of input: Size, weight: Shape, groups: Int = 1, stride: Size, padding: Padding
  ) -> Double {
    Double(groups)
      * ConvolutionGeometry(
        input: [1, input.height, input.width, weight[2]],
        weight: [weight[0], weight[1], weight[2], weight[3] / groups],
        stride: stride, padding: padding, dilation: Size(1)
      ).forwardCost
  }

  /// As of `Tensor.transposeConvolved`.
  package static func transposedConvolution(
    of input: Size, weight: Shape, stride: Size, padding: Padding, outputPadding: Size
  ) -> Double {
    ConvolutionGeometry(
      transposing: [1, input.height, input.width, weight[3]], weight: weight, stride: stride, padding: padding,
      outputPadding: outputPadding, dilation: Size(1)
    ).inputGradientCost
  }
}
