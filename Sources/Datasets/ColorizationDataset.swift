import Foundation
import Images
import Tensors

/// Random crops of the colour photos in some folders: L as the input, a and b as the target.
///
/// A step's sample is a function of the photos, the seed and the step alone.
public struct ColorizationDataset: Sendable {
  public private(set) var crop: PhotoCrop
  /// The share of inputs that are made to look like old prints.
  public private(set) var aged: Double
  public private(set) var batchSize: Int
  public let leftOut: LeftOut
  private let photos: [ColorPhotos.Photo]
  private let damaged: DamagedImages
  private let seed: UInt64
  private let cache: ImageCache
  private var order: EpochOrder

  private static let orderPurpose = "datasets.order"

  /// Reads every image, to find out which have colours.
  ///
  /// - Parameters:
  ///   - aged: the share of inputs that are made to look like old prints, 0...1.
  ///   - isWeighted: whether an epoch draws photos as often as their folder's weight and their mean chroma say: livelier
  ///     photos teach more. If not, it draws each once.
  ///   - cacheBudget: the bytes that decoded photos may take in memory. They are cached with a shorter side of at most
  ///     256 pixels; those that do not fit are decoded anew for every sample.
  ///
  /// Throws `DatasetError` for a folder that is missing or has no images, if no photo can be used, or if too many cannot
  /// be read.
  public init(
    folders: [WeightedFolder], crop: PhotoCrop, aged: Double = 0, isWeighted: Bool = true, batchSize: Int = 1,
    seed: UInt64, cacheBudget: Int = 1 << 30
  ) throws {
    try SettingChecks.validateBatch(batchSize)
    try SettingChecks.validateProbability(aged, "the share of aged inputs")
    try crop.validate()
    cache = ImageCache(budget: cacheBudget)
    let found = try ColorPhotos(in: folders, cache: cache)
    (photos, leftOut, damaged) = (found.photos, found.leftOut, found.damaged)
    self.crop = crop
    self.aged = aged
    self.batchSize = batchSize
    self.seed = seed
    order = EpochOrder(
      weights: photos.map { isWeighted ? $0.weight : 1 }, seed: seed, purpose: Self.orderPurpose)
  }

  /// The same photos to measure by, from the same cache: whole, squashed to a square, not aged, one a batch and each
  /// once an epoch.
  ///
  /// - Parameter size: the square's side in pixels, 1 or more.
  public func whole(size: Int) -> ColorizationDataset {
    var dataset = self
    (dataset.crop, dataset.aged, dataset.batchSize) = (.whole(size: size), 0, 1)
    dataset.order = EpochOrder(count: count, seed: seed, purpose: Self.orderPurpose)
    return dataset
  }

  /// Remarks on photos since the last call, one line each.
  package func newNotices() -> [String] { damaged.newNotices() }

  /// The number of photos that have colours to learn, and of the draws in an epoch.
  public var count: Int { photos.count }

  /// The batch of one training step, counted from 0: L/50 - 1 as `[batchSize, size, size, 1]`, and a/110 and b/110 as
  /// `[batchSize, size, size, 2]`.
  ///
  /// - Parameter size: the side of the crops; `crop.size` if nil.
  ///
  /// Throws `DatasetError` for an unusable size, or if too many photos can no longer be read.
  public func sample(step: Int, size: Int? = nil) throws -> SupervisedSample {
    var crop = crop
    if let size { crop.size = size }
    try crop.validate()
    return try SupervisedSample(
      stacking: try (step * batchSize..<(step + 1) * batchSize).map { try sample(at: $0, crop) })
  }

  private func sample(at position: Int, _ crop: PhotoCrop) throws -> SupervisedSample {
    let random = Random(seed: seed, purpose: "datasets.crop", step: position)
    let region = try damaged.reading(order[position], of: photos.count) { place in
      try cache.image(
        photos[place].file.path, region: { crop.region(inWidth: $0, height: $1, random) },
        make: { try photos[place].image() })
    }
    let (lightness, chroma) = crop.square(region, random).labArrays()
    let print = AgedPrint(share: aged, Random(seed: seed, purpose: "datasets.aged", step: position))
    return SupervisedSample(input: print?(lightness) ?? lightness, target: chroma)
  }
}
