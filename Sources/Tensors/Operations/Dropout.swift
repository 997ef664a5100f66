extension Tensor {
  /// Zeroes each value with probability `rate` and scales the rest by 1 / (1 - rate).
  ///
  /// - Parameter random: gives the mask; the same address gives the same mask.
  public func droppedOut(rate: Float, random: Random) -> Tensor {
    precondition((0..<1).contains(rate), "a dropout rate lies in 0 ..< 1, not at \(rate)")
    if rate == 0 { return self }
    let mask = device.dropoutMask(count: shape.count, rate: rate, random: random.generator)
    return self * Tensor(NDArray(mask, shape: shape))
  }
}
