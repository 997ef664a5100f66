extension Tensor {
  /// Hard SiLU, also called hard swish: x times x + 3, held to 0...6, over 6 (Howard et al. 2019).
  public func hardSigmoidRectified() -> Tensor { self * (self + 3).clamped(to: 0...6) * (1 / 6) }
}
