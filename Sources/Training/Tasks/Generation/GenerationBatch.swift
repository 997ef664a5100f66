import Datasets
import Tensors

/// Real images, and all that is drawn at random for a step: noise for the generators, and where the discriminator's slope is
/// looked at. Made images are of the real ones' classes.
public struct GenerationBatch: TrainingBatch {
  public let real: LabelledSample
  /// `[N, noise]`, of a normal distribution.
  public let noise: NDArray
  /// Of each real image in an image between real and made, `[N, 1, 1, 1]` in 0...1.
  public let shares: NDArray
  /// For the discriminator's steps before the generators'.
  public let earlier: [GenerationBatch]

  public init(real: LabelledSample, noise: NDArray, shares: NDArray, earlier: [GenerationBatch] = []) {
    (self.real, self.noise, self.shares, self.earlier) = (real, noise, shares, earlier)
  }

  /// - Parameter place: the address of the random draws.
  public init(real: LabelledSample, noise: Int, seed: UInt64, place: Int, earlier: [GenerationBatch] = []) {
    let count = real.images.shape[0]
    let random = Random(seed: seed, purpose: "generation.shares", step: place)
    self.init(
      real: real, noise: Noise.drawn(count, noise, Random(seed: seed, purpose: "generation.noise", step: place)),
      shares: NDArray((0..<count).map { random.uniform(at: $0) }, shape: [count, 1, 1, 1]), earlier: earlier)
  }

  public var arrays: [NDArray] { real.arrays + [noise, shares] + earlier.flatMap(\.arrays) }

  public func with(_ arrays: [NDArray]) -> GenerationBatch {
    var arrays = arrays[...]
    func take(_ batch: GenerationBatch) -> GenerationBatch {
      let own = Array(arrays.prefix(batch.real.arrays.count + 2))
      arrays = arrays.dropFirst(own.count)
      let real = batch.real.with(Array(own.dropLast(2)))
      return GenerationBatch(real: real, noise: own[own.count - 2], shares: own[own.count - 1])
    }
    let last = take(self)
    return GenerationBatch(
      real: last.real, noise: last.noise, shares: last.shares, earlier: earlier.map { take($0) })
  }
}

enum Noise {
  /// `[count, size]`, of a normal distribution.
  static func drawn(_ count: Int, _ size: Int, _ random: Random) -> NDArray {
    NDArray((0..<count * size).map { random.normal(at: $0) }, shape: [count, size])
  }
}
