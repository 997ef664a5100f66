/// What a convolution costs in float32, in multiply-adds of a direct product that take as long.
extension ConvolutionGeometry {
  package var forwardCost: Double { multiplyAdds * (Winograd.forward(self)?.shareOfDirectTime ?? 1) }

  /// Of its input gradient, which is also the transposed convolution.
  package var inputGradientCost: Double { multiplyAdds * (Winograd.backward(self)?.shareOfDirectTime ?? 1) }
}
