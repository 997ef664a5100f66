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
  /// For generators with styles; nil if each image is made of one.
  public let mixing: StyleMixing?
  /// For the discriminator's steps before the generators'.
  public let earlier: [GenerationBatch]

  public init(
    real: LabelledSample, noise: NDArray, shares: NDArray, mixing: StyleMixing? = nil, earlier: [GenerationBatch] = []
  ) {
    (self.real, self.noise, self.shares, self.mixing, self.earlier) = (real, noise, shares, mixing, earlier)
  }

  /// - Parameters:
  ///   - mixing: how many styles there are, and the share of images that are made of two.
  ///   - place: the address of the random draws.
  public init(
    real: LabelledSample, noise: Int, mixing: (styles: Int, probability: Float)? = nil, seed: UInt64, place: Int,
    earlier: [GenerationBatch] = []
  ) {
    let count = real.images.shape[0]
    let random = Random(seed: seed, purpose: "generation.shares", step: place)
    self.init(
      real: real, noise: Noise.drawn(count, noise, Random(seed: seed, purpose: "generation.noise", step: place)),
      shares: NDArray((0..<count).map { random.uniform(at: $0) }, shape: [count, 1, 1, 1]),
      mixing: mixing.map {
        StyleMixing(
          count, styles: $0.styles, noise: noise, probability: $0.probability,
          Random(seed: seed, purpose: "generation.mixing", step: place),
          ofNoise: Random(seed: seed, purpose: "generation.mixedNoise", step: place))
      }, earlier: earlier)
  }

  /// The same with earlier ones before it.
  public func preceded(by earlier: [GenerationBatch]) -> GenerationBatch {
    GenerationBatch(real: real, noise: noise, shares: shares, mixing: mixing, earlier: earlier)
  }

  private var ownArrays: [NDArray] { real.arrays + [noise, shares] + (mixing?.arrays ?? []) }

  public var arrays: [NDArray] { ownArrays + earlier.flatMap(\.arrays) }

  public func with(_ arrays: [NDArray]) -> GenerationBatch {
    var arrays = arrays[...]
    func take(_ batch: GenerationBatch) -> GenerationBatch {
      let own = Array(arrays.prefix(batch.ownArrays.count))
      arrays = arrays.dropFirst(own.count)
      let count = batch.real.arrays.count
      return GenerationBatch(
        real: batch.real.with(Array(own.prefix(count))), noise: own[count], shares: own[count + 1],
        mixing: batch.mixing.map { _ in StyleMixing(noise: own[count + 2], shares: own[count + 3]) })
    }
    let last = take(self)
    return last.preceded(by: earlier.map { take($0) })
  }
}

enum Noise {
  /// `[count, size]`, of a normal distribution.
  static func drawn(_ count: Int, _ size: Int, _ random: Random) -> NDArray {
    NDArray((0..<count * size).map { random.normal(at: $0) }, shape: [count, size])
  }
}
