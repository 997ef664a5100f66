/// The time that a convolution takes in float32, measured in multiply-adds of the direct product.
extension ConvolutionGeometry {
  package var forwardCost: Double { multiplyAdds * (Winograd.forward(self)?.shareOfDirectTime ?? 1) }

  /// The cost of the input gradient, which is also the transposed convolution.
  package var inputGradientCost: Double { multiplyAdds * (Winograd.backward(self)?.shareOfDirectTime ?? 1) }
}
