extension Tensor {
  /// Zeroes each value with probability `rate` and scales the rest by 1 / (1 - rate).
  ///
  /// - Parameter random: determines the mask: the same seed, purpose and step give the same mask.
  public func droppedOut(rate: Float, random: Random) -> Tensor {
    precondition((0..<1).contains(rate), "a dropout rate must be in 0 ..< 1, not \(rate)")
    if rate == 0 { return self }
    let mask = device.dropoutMask(count: shape.count, rate: rate, random: random.generator)
    return self * Tensor(NDArray(mask, shape: shape))
  }
}
