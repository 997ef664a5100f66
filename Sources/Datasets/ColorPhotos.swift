import Foundation
import Images
import Threads

/// The photos of one or more folders that have colours to learn, found by reading every image.
struct ColorPhotos {
  struct Photo {
    let file: URL
    /// How often it is drawn, relative to the others.
    let weight: Double

    /// Reads it in the form that is cached.
    func image() throws -> Image { try ColorPhotos.reduced(Image(contentsOf: file)) }
  }

  private enum Finding { case photo(Photo), gray, tooSmall, damaged(any Error) }

  let photos: [Photo]
  let leftOut: ColorizationDataset.LeftOut
  /// Knows those that cannot be read.
  let damaged: DamagedImages

  /// Photos whose shorter side is below this many pixels are passed over.
  static let leastSide = 64
  /// The shorter side of photos in memory.
  private static let largestSide = 256

  /// - Parameter cache: keeps the photos in RGB under their paths, as far as it has room.
  ///
  /// Throws `DatasetError`, also if no photo can be used or too many cannot be read.
  init(in folders: [WeightedFolder], cache: ImageCache) throws {
    guard !folders.isEmpty else {
      throw DatasetError.unusableSetting(name: "the list of folders", value: "empty", expectation: "one or more")
    }
    var (photos, leftOut, errors) = ([Photo](), ColorizationDataset.LeftOut(), [any Error]())
    let files = try folders.flatMap { folder in
      try folder.validate()
      let images = try ImageFolder(folder.url)
      leftOut.others += images.notices
      return images.files.map { (file: $0, weight: folder.weight) }
    }
    let findings = [Finding](unsafeUninitializedCapacity: files.count) { findings, count in
      let findings = findings
      ThreadPool.run(count: files.count) { index in
        let (file, weight) = files[index]
        findings.initializeElement(at: index, to: Self.finding(file, weight: weight, cache: cache))
      }
      count = files.count
    }
    for (finding, file) in zip(findings, files) {
      switch finding {
      case .photo(let photo): photos.append(photo)
      case .gray: leftOut.gray += 1
      case .tooSmall: leftOut.tooSmall += 1
      case .damaged(let error):
        leftOut.damaged.append(file.file.relativePath)
        errors.append(error)
      }
    }
    guard !photos.isEmpty else {
      throw DatasetError.noColors(
        paths: folders.map(\.url.relativePath), gray: leftOut.gray, tooSmall: leftOut.tooSmall,
        damaged: leftOut.damaged.count)
    }
    damaged = DamagedImages(in: folders.map(\.url.relativePath).joined(separator: ", "), total: files.count)
    try damaged.add(errors.map { "\($0)" }, areTold: false)
    self.photos = photos
    self.leftOut = leftOut
  }

  private static func finding(_ file: URL, weight: Double, cache: ImageCache) -> Finding {
    let image: Image
    do {
      image = try Image(contentsOf: file)
    } catch {
      return .damaged(error)
    }
    guard min(image.width, image.height) >= leastSide else { return .tooSmall }
    let photo = reduced(image)
    let colors = PhotoColors(photo)
    guard colors.areItsOwn else { return .gray }
    cache.keep(photo, as: file.path)
    return .photo(Photo(file: file, weight: weight * colors.weight))
  }

  /// Without alpha, at 8 bits, the shorter side at most `largestSide` pixels.
  private static func reduced(_ image: Image) -> Image {
    var image = image.withoutAlpha()
    image.bitDepth = .eight
    let factor = Double(largestSide) / Double(min(image.width, image.height))
    guard factor < 1 else { return image }
    func side(_ length: Int) -> Int { Int((Double(length) * factor).rounded()) }
    return image.resized(toWidth: side(image.width), height: side(image.height))
  }
}
