extension Tensor {
  /// Zeroes each value with probability `rate` and scales the rest by 1 / (1 - rate).
  ///
  /// - Parameters:
  ///   - random: determines the mask: the same seed, purpose and step give the same mask.
  ///   - firstImage: the place of the first image, along the first axis, in a larger batch, whose mask is then used.
  public func droppedOut(rate: Float, random: Random, firstImage: Int = 0) -> Tensor {
    precondition((0..<1).contains(rate), "a dropout rate must be in 0 ..< 1, not \(rate)")
    if rate == 0 { return self }
    let before = firstImage == 0 ? 0 : firstImage * shape.count / shape[0]
    let mask = NDArray(
      device.dropoutMask(count: before + shape.count, rate: rate, random: random.generator),
      shape: [before + shape.count])
    let own = before == 0 ? Tensor(mask) : Tensor(mask).sliced(axis: 0, range: before..<before + shape.count)
    return self * own.reshaped(to: shape)
  }
}
