import Foundation
import Images
import Tensors

/// Pairs of an input and its target, both cropped at the same random position.
///
/// A step's sample is a function of the seed and the step alone.
public struct PairedDataset: Sendable {
  public let pairs: PairedFolder
  /// Whether B is the input and A the target.
  public let isReversed: Bool
  public let augmentation: Augmentation
  public let batchSize: Int
  private let seed: UInt64
  private let cache: ImageCache
  private let order: EpochOrder

  /// - Parameter cacheBudget: the bytes that decoded images may take in memory.
  ///
  /// Throws `DatasetError`.
  public init(
    _ pairs: PairedFolder, isReversed: Bool = false, augmentation: Augmentation = Augmentation(), batchSize: Int = 1,
    seed: UInt64, cacheBudget: Int = 1 << 30
  ) throws {
    try SettingChecks.validateBatch(batchSize)
    try augmentation.validate()
    self.pairs = pairs
    self.isReversed = isReversed
    self.augmentation = augmentation
    self.batchSize = batchSize
    self.seed = seed
    cache = ImageCache(budget: cacheBudget)
    order = EpochOrder(count: pairs.count, seed: seed, purpose: "datasets.order")
  }

  /// An epoch shows each pair once.
  public var epochLength: Int { pairs.count }

  /// The batch of one training step, counted from 0, `[batchSize, cropSize, cropSize, 3]` in -1...1. Throws `ImageError`,
  /// which names the file.
  public func sample(step: Int) throws -> SupervisedSample {
    let samples = try (step * batchSize..<(step + 1) * batchSize).map { position in
      let index = order[position]
      let random = Random(seed: seed, purpose: "datasets.augmentation", step: position)
      func array(_ side: PairedFolder.Side) throws -> NDArray {
        let image = try cache.image("\(side) \(index)") { try augmentation.prepared(pairs.image(side, of: index)) }
        // Both images use the same draws.
        return augmentation.augmented(image, random).array(channels: 3)
      }
      return (a: try array(.a), b: try array(.b))
    }
    let (a, b) = (try NDArray(stacking: samples.map(\.a)), try NDArray(stacking: samples.map(\.b)))
    return isReversed ? SupervisedSample(input: b, target: a) : SupervisedSample(input: a, target: b)
  }
}
