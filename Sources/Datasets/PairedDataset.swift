import Foundation
import Images
import Tensors

/// Pairs of an input and its target, both cropped at the same random position.
///
/// A step's sample is a function of the images, the seed and the step alone. Pairs that cannot be read are passed over.
public struct PairedDataset: Sendable {
  public let pairs: PairedFolder
  /// Whether B is the input and A the target.
  public let isReversed: Bool
  public let augmentation: Augmentation
  public let batchSize: Int
  /// Of A's and of B's samples, 1 or 3: gray is repeated, colours become their luma.
  package var channels = (a: 3, b: 3)
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

  /// The same pairs in the same order with another augmentation, in batches of another size.
  package func with(_ augmentation: Augmentation, batchSize: Int) throws -> PairedDataset {
    var dataset = try PairedDataset(
      pairs, isReversed: isReversed, augmentation: augmentation, batchSize: batchSize, seed: seed)
    dataset.channels = channels
    return dataset
  }

  /// Remarks on images since the last call, one line each.
  package func newNotices() -> [String] { pairs.damaged.newNotices() }

  /// The batch of one training step, counted from 0, `[batchSize, cropSize, cropSize, 3]` in -1...1. Throws `DatasetError`
  /// if too many pairs cannot be read.
  public func sample(step: Int) throws -> SupervisedSample {
    let samples = try (step * batchSize..<(step + 1) * batchSize).map { position in
      func image(_ side: PairedFolder.Side, _ index: Int) throws -> Image {
        try cache.image("\(side) \(index)") { try augmentation.prepared(pairs.image(side, of: index)) }
      }
      let pair = try pairs.damaged.reading(order[position], of: pairs.count) { index in
        (a: try image(.a, index), b: try image(.b, index))
      }
      // Both images use the same draws.
      let random = Random(seed: seed, purpose: "datasets.augmentation", step: position)
      func array(_ image: Image, _ channels: Int) -> NDArray {
        augmentation.augmented(image, random).array(channels: channels)
      }
      return (a: array(pair.a, channels.a), b: array(pair.b, channels.b))
    }
    let (a, b) = (try NDArray(stacking: samples.map(\.a)), try NDArray(stacking: samples.map(\.b)))
    return isReversed ? SupervisedSample(input: b, target: a) : SupervisedSample(input: a, target: b)
  }
}
