import Foundation
import Images
import Tensors

/// Random crops of a folder's colour photos: L as the input, a and b as the target.
///
/// A step's sample is a function of the seed and the step alone.
public struct ColorizationDataset: Sendable {
  public let augmentation: Augmentation
  /// How much the inputs' tones vary from the photos' own; 0 for no variation.
  public let tones: Double
  public let batchSize: Int
  /// Photos that have colours.
  private let photos: [URL]
  /// The number of images left out for lack of colours: gray ones, and prints toned in a single colour.
  public let leftOut: Int
  private let seed: UInt64
  private let cache: ImageCache
  private let order: EpochOrder

  /// Reads every image, to find out which have colours.
  ///
  /// - Parameter cacheBudget: the bytes that decoded images may take in memory.
  ///
  /// Throws `DatasetError`, or `ImageError` for an image that cannot be read.
  public init(
    root: URL, augmentation: Augmentation = Augmentation(), tones: Double = 0, batchSize: Int = 1, seed: UInt64,
    cacheBudget: Int = 1 << 30
  ) throws {
    try SettingChecks.validateBatch(batchSize)
    try augmentation.validate()
    let folder = try ImageFolder(root)
    let cache = ImageCache(budget: cacheBudget)
    photos = try folder.files.filter { file in
      try cache.image(file.path) { try augmentation.prepared(Image(contentsOf: file)) }.hasColorsOfItsOwn
    }
    guard !photos.isEmpty else { throw DatasetError.noColors(path: root.relativePath, count: folder.count) }
    self.augmentation = augmentation
    self.tones = tones
    self.batchSize = batchSize
    self.seed = seed
    self.cache = cache
    leftOut = folder.count - photos.count
    order = EpochOrder(count: photos.count, seed: seed, purpose: "datasets.order")
  }

  /// The number of photos that have colours; an epoch shows each once.
  public var count: Int { photos.count }

  /// The batch of one training step, counted from 0: L/50 - 1 as `[batchSize, cropSize, cropSize, 1]`, and a/110 and
  /// b/110 as `[batchSize, cropSize, cropSize, 2]`. Throws `ImageError`, which names the file.
  public func sample(step: Int) throws -> SupervisedSample {
    try SupervisedSample(
      stacking: try (step * batchSize..<(step + 1) * batchSize).map { position in
        let file = photos[order[position]]
        let image = try cache.image(file.path) { try augmentation.prepared(Image(contentsOf: file)) }
        let random = Random(seed: seed, purpose: "datasets.augmentation", step: position)
        let (lightness, chroma) = augmentation.augmented(image, random).labArrays()
        guard tones > 0 else { return SupervisedSample(input: lightness, target: chroma) }
        let variation = ToneVariation(strength: tones, Random(seed: seed, purpose: "datasets.tones", step: position))
        return SupervisedSample(input: variation(lightness), target: chroma)
      })
  }
}

extension Image {
  /// The smallest standard deviation of a photo's a and b across their principal axis, in Lab units; toned prints have
  /// less.
  private static let leastSpread = 0.7

  /// Whether the image has more colours than gray or the single tone of a print.
  var hasColorsOfItsOwn: Bool {
    guard colorChannels == 3 else { return false }
    let chroma = labArrays().chroma
    let count = Double(width * height)
    let (sum, products) = chroma.withHostMemory { values in
      (0..<width * height).reduce(into: (SIMD2<Double>.zero, SIMD3<Double>.zero)) { sums, pixel in
        let color = SIMD2(Double(values[2 * pixel]), Double(values[2 * pixel + 1])) * 110
        sums.0 += color
        sums.1 += SIMD3(color.x * color.x, color.y * color.y, color.x * color.y)
      }
    }
    let mean = sum / count
    let covariance = products / count - SIMD3(mean.x * mean.x, mean.y * mean.y, mean.x * mean.y)
    let difference = covariance.x - covariance.y
    // The smaller eigenvalue: the variance across the principal axis.
    let across =
      (covariance.x + covariance.y - (difference * difference + 4 * covariance.z * covariance.z).squareRoot()) / 2
    return across >= Self.leastSpread * Self.leastSpread
  }
}
