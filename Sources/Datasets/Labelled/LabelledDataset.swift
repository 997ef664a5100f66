import Foundation
import Images
import Tensors

/// Batches of images of classes.
///
/// A step's sample is a function of the images, the seed and the step alone. Images that cannot be read are passed over.
public struct LabelledDataset: Sendable {
  public let images: LabelledImages
  public let augmentation: Augmentation
  public let batchSize: Int
  /// Of the samples, 1 or 3: gray is repeated, colours become their luma.
  public let channels: Int
  /// What stands for each class, `[classes, width]`; nil for a 1 among zeros.
  private let vectors: NDArray?
  private let seed: UInt64
  private let cache: ImageCache
  private let order: EpochOrder

  /// - Parameters:
  ///   - vectors: what stands for each class in samples, `[classes, width]`; nil for a 1 among zeros.
  ///   - cacheBudget: the bytes that decoded images may take in memory.
  ///
  /// Throws `DatasetError`.
  public init(
    _ images: LabelledImages, augmentation: Augmentation, channels: Int, batchSize: Int = 1, vectors: NDArray? = nil,
    seed: UInt64, cacheBudget: Int = 1 << 30
  ) throws {
    try SettingChecks.validateBatch(batchSize)
    try augmentation.validate()
    self.images = images
    self.augmentation = augmentation
    self.batchSize = batchSize
    self.channels = channels
    self.vectors = vectors
    self.seed = seed
    cache = ImageCache(budget: cacheBudget)
    order = EpochOrder(count: images.count, seed: seed, purpose: "datasets.order")
  }

  /// The batch of one training step, counted from 0. Throws `DatasetError` if too many images cannot be read.
  public func sample(step: Int) throws -> LabelledSample {
    try stacked(step * batchSize..<(step + 1) * batchSize) { order[$0] }
  }

  /// Images in their own order, without repetition.
  public func images(_ range: Range<Int>) throws -> LabelledSample {
    try images(at: Array(range.clamped(to: 0..<images.count)))
  }

  public func images(at indices: [Int]) throws -> LabelledSample { try stacked(indices.indices) { indices[$0] } }

  /// - Parameter positions: the addresses of random draws.
  private func stacked(_ positions: Range<Int>, _ index: (_ position: Int) -> Int) throws -> LabelledSample {
    let samples = try positions.map { position in
      let random = Random(seed: seed, purpose: "datasets.augmentation", step: position)
      let (image, label) = try images.reading(index(position)) { name, image in
        try cache.image(name) { augmentation.prepared(try image()) }
      }
      return (array: augmentation.augmented(image, random).array(channels: channels), label: label)
    }
    let array = try NDArray(stacking: samples.map(\.array))
    guard !images.classes.isEmpty else { return LabelledSample(images: array) }
    let labels = samples.map { $0.label ?? 0 }
    if let vectors { return LabelledSample(images: array, classes: vectors.rows(labels)) }
    return LabelledSample(images: array, labels: labels, of: images.classes.count)
  }
}
