import Foundation
import Images
import Tensors

/// Random crops of a folder's images, each with the small image that degrading it yields.
///
/// A step's sample is a function of the images, the seed and the step alone. Images that cannot be read are passed over.
public struct SuperResolutionDataset: Sendable {
  public let crop: SuperResolutionCrop
  public let batchSize: Int
  /// The number of images left out because they are too small for a crop.
  public let leftOut: Int
  /// What was left out of the folder for other reasons.
  public let notices: [String]
  private let photos: [Photo]
  private let damaged: DamagedImages
  /// For each crop of an epoch, the index of its photo.
  private let owners: [Int]
  private let order: EpochOrder
  private let purpose: String
  private let seed: UInt64
  private let cache: ImageCache

  private struct Photo {
    let file: URL
    let width: Int
    let height: Int
  }

  /// - Parameters:
  ///   - purpose: what the random draws are for: data sets of one seed and purpose draw alike.
  ///   - cacheBudget: the bytes that decoded images may take in memory.
  ///
  /// Throws `DatasetError`, also where too many images have headers that cannot be read.
  public init(
    root: URL, crop: SuperResolutionCrop, batchSize: Int, seed: UInt64, purpose: String = "datasets",
    cacheBudget: Int = 1 << 30
  ) throws {
    try SettingChecks.validateBatch(batchSize)
    try crop.validate()
    let images = try TrainingImages(ImageFolder(root))
    damaged = images.damaged
    let photos = zip(images.files, images.headers).map { Photo(file: $0, width: $1.width, height: $1.height) }
    let usable = photos.filter { min($0.width, $0.height) >= crop.size }
    guard !usable.isEmpty else {
      throw DatasetError.imagesTooSmall(path: root.relativePath, count: photos.count, cropSize: crop.size)
    }
    self.crop = crop
    self.batchSize = batchSize
    self.seed = seed
    self.purpose = purpose
    cache = ImageCache(budget: cacheBudget)
    self.photos = usable
    notices = images.notices
    leftOut = photos.count - usable.count
    owners = usable.indices.flatMap { index in
      Array(repeating: index, count: max(1, usable[index].width * usable[index].height / (crop.size * crop.size)))
    }
    order = EpochOrder(count: owners.count, seed: seed, purpose: purpose + ".order")
  }

  /// The number of images large enough to crop.
  public var count: Int { photos.count }

  /// The number of crops in an epoch: as many of each image as fit side by side, so that large images count for more.
  public var epochLength: Int { owners.count }

  /// The batch of one training step, counted from 0: small images `[N, size / scale, size / scale, 3]` and large ones
  /// `[N, size, size, 3]`, in 0...1. Throws `DatasetError` if too many images cannot be read.
  public func sample(step: Int) throws -> SupervisedSample {
    let pairs = try (step * batchSize..<(step + 1) * batchSize).map(pair)
    return try SupervisedSample(small: pairs.map(\.small), large: pairs.map(\.large))
  }

  /// Remarks on images since the last call, one line each.
  package func newNotices() -> [String] { damaged.newNotices() }

  /// One sample's images, at 8 bits.
  ///
  /// - Parameter position: that of the sample, counted from 0 over all batches.
  func pair(at position: Int) throws -> (small: Image, large: Image) {
    let random = Random(seed: seed, purpose: purpose + ".crop", step: position)
    let (region, window) = try damaged.reading(owners[order[position]], of: photos.count) { place in
      let photo = photos[place]
      let window = crop.window(inWidth: photo.width, height: photo.height, random)
      return (try cache.region(window.region, of: photo.file), window)
    }
    let degradation = Random(seed: seed, purpose: purpose + ".degradation", step: position)
    return try crop.pair(from: region, window, random, degradation: degradation)
  }
}

extension SupervisedSample {
  /// A batch of small images and of the large ones that they should become, in 0...1.
  init(small: [Image], large: [Image]) throws(DatasetError) {
    try self.init(
      input: NDArray(stacking: small.map { $0.array(range: .unit) }),
      target: NDArray(stacking: large.map { $0.array(range: .unit) }))
  }
}
