import Foundation
import Images
import Tensors

/// Two folders of unrelated images, one for each domain: `<root>/trainA` and `<root>/trainB`, or another split's.
///
/// A step's sample is a function of the seed and the step alone.
public struct UnpairedDataset: Sendable {
  public let domainA: ImageFolder
  public let domainB: ImageFolder
  public let augmentation: Augmentation
  public let batchSize: Int
  private let seed: UInt64
  private let cache: ImageCache
  private let orderA: EpochOrder, orderB: EpochOrder

  /// - Parameters:
  /// - split: "train" or "test", with which the folders' names begin.
  ///   - cacheBudget: the bytes that decoded images may take in memory.
  ///
  /// Throws `DatasetError`.
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

  private static func domains(in root: URL, _ names: [String]) throws -> (ImageFolder, ImageFolder) {
    func exists(_ url: URL) -> Bool { FileManager.default.fileExists(atPath: url.path) }
    guard exists(root) else { throw DatasetError.missingFolder(path: root.relativePath) }
    let missing = names.filter { !exists(root.appending(path: $0)) }
    guard missing.isEmpty else {
      throw DatasetError.missingDomains(root: root.relativePath, missing: missing, expected: names)
    }
    return (try ImageFolder(root.appending(path: names[0])), try ImageFolder(root.appending(path: names[1])))
  }

  /// The size of the larger domain: an epoch shows each of its images once.
  public var epochLength: Int { max(domainA.count, domainB.count) }

  public var stepsPerEpoch: Int { (epochLength + batchSize - 1) / batchSize }

  /// The batch of one training step, counted from 0. Throws `ImageError`, which names the file.
  public func sample(step: Int) throws -> UnpairedSample {
    let a = try batch(of: domainA, orderA, name: "A", step: step)
    let b = try batch(of: domainB, orderB, name: "B", step: step)
    return UnpairedSample(a: a.images, b: b.images, filesA: a.files, filesB: b.files)
  }

  private func batch(
    of domain: ImageFolder, _ order: EpochOrder, name: String, step: Int
  ) throws -> (images: NDArray, files: [URL]) {
    let positions = step * batchSize..<(step + 1) * batchSize
    let files = positions.map { domain[order[$0]] }
    let images = try zip(files, positions).map { file, position in
      let image = try cache.image(file.path) { try augmentation.prepared(Image(contentsOf: file)) }
      let random = Random(seed: seed, purpose: "datasets.augmentation.\(name)", step: position)
      return augmentation.augmented(image, random).array(channels: 3)
    }
    return (try NDArray(stacking: images), files)
  }
}
