extension Tensor {
  /// Zeroes each value with probability `rate` and scales the rest by 1 / (1 - rate).
  ///
  /// - Parameter random: gives the mask; the same address gives the same mask.
  public func droppedOut(rate: Float, random: Random) -> Tensor {
    precondition((0..<1).contains(rate), "a dropout rate lies in 0 ..< 1, not at \(rate)")
    if rate == 0 { return self }
    let scale = 1 / (1 - rate)
    let mask = NDArray((0..<shape.count).map { random.uniform(at: $0) < rate ? 0 : scale }, shape: shape)
    return self * Tensor(mask)
  }
}
