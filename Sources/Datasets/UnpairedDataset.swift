import Foundation
import Images
import Tensors

/// Two folders of unrelated images, one for each domain: `<root>/trainA` and `<root>/trainB`, or another split's.
///
/// A step's sample is a function of the images, the seed and the step alone. Images that cannot be read are passed over.
public struct UnpairedDataset: Sendable {
  public let domainA: TrainingImages
  public let domainB: TrainingImages
  public private(set) var augmentation: Augmentation
  public private(set) var batchSize: Int
  /// Of each domain's samples, 1 or 3: gray is repeated, colours become their luma.
  package var channels = (a: 3, b: 3)
  private let seed: UInt64
  private var cache: ImageCache
  private let orderA: EpochOrder, orderB: EpochOrder

  /// - Parameters:
  /// - split: "train" or "test", with which the folders' names begin.
  ///   - cacheBudget: the bytes that decoded images may take in memory.
  ///
  /// Throws `DatasetError`, also where too many images have headers that cannot be read.
  public init(
    root: URL, split: String = "train", augmentation: Augmentation = Augmentation(), batchSize: Int = 1, seed: UInt64,
    cacheBudget: Int = 1 << 30
  ) throws {
    try SettingChecks.validateBatch(batchSize)
    try augmentation.validate()
    let names = [split + "A", split + "B"]
    (domainA, domainB) = try Self.domains(in: root, names)
    self.augmentation = augmentation
    self.batchSize = batchSize
    self.seed = seed
    cache = ImageCache(budget: cacheBudget)
    // Each domain has its own order, so that images are combined at random.
    orderA = EpochOrder(count: domainA.count, seed: seed, purpose: "datasets.order.A")
    orderB = EpochOrder(count: domainB.count, seed: seed, purpose: "datasets.order.B")
  }

  /// The same images in the same order with another augmentation, in batches of another size.
  package func with(
    _ augmentation: Augmentation, batchSize: Int, cacheBudget: Int = 1 << 30
  ) throws -> UnpairedDataset {
    try augmentation.validate()
    var dataset = self
    (dataset.augmentation, dataset.batchSize) = (augmentation, batchSize)
    dataset.cache = ImageCache(budget: cacheBudget)
    return dataset
  }

  private static func domains(in root: URL, _ names: [String]) throws -> (TrainingImages, TrainingImages) {
    func exists(_ url: URL) -> Bool { FileManager.default.fileExists(atPath: url.path) }
    guard exists(root) else { throw DatasetError.missingFolder(path: root.relativePath) }
    let missing = names.filter { !exists(root.appending(path: $0)) }
    guard missing.isEmpty else {
      throw DatasetError.missingDomains(root: root.relativePath, missing: missing, expected: names)
    }
    func images(_ name: String) throws -> TrainingImages {
      try TrainingImages(ImageFolder(root.appending(path: name)))
    }
    return (try images(names[0]), try images(names[1]))
  }

  /// The size of the larger domain: an epoch shows each of its images once.
  public var epochLength: Int { max(domainA.count, domainB.count) }

  public var stepsPerEpoch: Int { (epochLength + batchSize - 1) / batchSize }

  /// Remarks on images since the last call, one line each.
  package func newNotices() -> [String] { domainA.damaged.newNotices() + domainB.damaged.newNotices() }

  /// The batch of one training step, counted from 0. Throws `DatasetError` if too many images cannot be read.
  public func sample(step: Int) throws -> UnpairedSample {
    let a = try batch(of: domainA, orderA, channels: channels.a, name: "A", step: step)
    let b = try batch(of: domainB, orderB, channels: channels.b, name: "B", step: step)
    return UnpairedSample(a: a.images, b: b.images, filesA: a.files, filesB: b.files)
  }

  private func batch(
    of domain: TrainingImages, _ order: EpochOrder, channels: Int, name: String, step: Int
  ) throws -> (images: NDArray, files: [URL]) {
    let samples = try (step * batchSize..<(step + 1) * batchSize).map { position in
      let (image, file) = try domain.reading(order[position]) { file in
        (try cache.image(file.path) { try augmentation.prepared(Image(contentsOf: file)) }, file)
      }
      let random = Random(seed: seed, purpose: "datasets.augmentation.\(name)", step: position)
      return (image: augmentation.augmented(image, random).array(channels: channels), file: file)
    }
    return (try NDArray(stacking: samples.map(\.image)), samples.map(\.file))
  }
}
