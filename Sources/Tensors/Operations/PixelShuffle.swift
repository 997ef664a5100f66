extension Tensor {
  /// `[N, H, W, C factor^2] -> [N, factor H, factor W, C]` (Shi et al. 2016). Channel `c factor^2 + i factor + j` goes
  /// to row `i` and column `j` of channel `c`, as in PyTorch.
  public func pixelShuffled(by factor: Int) -> Tensor {
    let (batch, height, width, channels) = (shape[0], shape[1], shape[2], shape[3] / (factor * factor))
    precondition(
      channels * factor * factor == shape[3], "\(shape[3]) channels cannot be shuffled by \(factor): shape \(shape)")
    return reshaped(to: [batch, height, width, channels, factor, factor])
      .transposed([0, 1, 4, 2, 5, 3])
      .reshaped(to: [batch, height * factor, width * factor, channels])
  }

  /// `[N, factor H, factor W, C] -> [N, H, W, C factor^2]`, the inverse of `pixelShuffled`.
  public func pixelUnshuffled(by factor: Int) -> Tensor {
    let (batch, height, width, channels) = (shape[0], shape[1] / factor, shape[2] / factor, shape[3])
    precondition(
      height * factor == shape[1] && width * factor == shape[2],
      "an image of shape \(shape) cannot be unshuffled by \(factor)")
    return reshaped(to: [batch, height, factor, width, factor, channels])
      .transposed([0, 1, 3, 5, 2, 4])
      .reshaped(to: [batch, height, width, channels * factor * factor])
  }
}
