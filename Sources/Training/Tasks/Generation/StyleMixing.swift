import Tensors

/// A second noise for each image, whose style some of the layers take, so that layers learn not to rely on one another's
/// style (Karras et al. 2019).
public struct StyleMixing: Sendable {
  /// `[N, noise]`.
  public let noise: NDArray
  /// `[N, styles, 1]`: 1 for the styles that are of the first noise, 0 for the others.
  public let shares: NDArray

  public init(noise: NDArray, shares: NDArray) {
    (self.noise, self.shares) = (noise, shares)
  }

  /// - Parameters:
  ///   - count: of images.
  ///   - noise: how many random numbers an image is made of.
  ///   - probability: of each image to be made of two.
  init(
    _ count: Int, styles: Int, noise: Int, probability: Float, _ random: Random, ofNoise noiseRandom: Random
  ) {
    let shares = (0..<count).flatMap { image in
      let isMixed = styles > 1 && random.uniform(at: 2 * image) < probability
      let first = isMixed ? random.integer(in: 1..<styles, at: 2 * image + 1) : styles
      return (0..<styles).map { $0 < first ? Float(1) : 0 }
    }
    self.init(
      noise: Noise.drawn(count, noise, noiseRandom), shares: NDArray(shares, shape: [count, styles, 1]))
  }

  var arrays: [NDArray] { [noise, shares] }

  /// Both are `[N, styles, style]`.
  func mixed(_ first: Tensor, _ second: Tensor) -> Tensor {
    let shares = Tensor(self.shares)
    return first * shares + second * (1 - shares)
  }
}
