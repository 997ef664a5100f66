import Datasets
import Foundation
import Images
import Tensors
import TestSupport
import Testing

@Suite struct SuperResolutionDatasetTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (index, size) in [(44, 40), (61, 47), (30, 90)].enumerated() {
      let random = Random(seed: 3, purpose: "photo", step: index)
      let image = Image(
        width: size.0, height: size.1, channels: 3, pixels: (0..<size.0 * size.1 * 3).map { random.uniform(at: $0) })
      try folder.add("\(index).png", image.encoded(as: .png, path: "photo"))
    }
  }

  private func dataset(
    batchSize: Int = 2, flip: Bool = false, rotate: Bool = false, seed: UInt64 = 1, cacheBudget: Int = 1 << 30
  ) throws -> SuperResolutionDataset {
    try SuperResolutionDataset(
      root: folder.url, crop: SuperResolutionCrop(size: 32, scale: 4, flip: flip, rotate: rotate),
      batchSize: batchSize, seed: seed, cacheBudget: cacheBudget)
  }

  /// The position of a crop in one of the photos, if it comes from it.
  private func corner(of crop: Image, in photo: Image) -> (x: Int, y: Int)? {
    for y in 0...photo.height - crop.height {
      for x in 0...photo.width - crop.width
      where photo.cropped(x: x, y: y, width: crop.width, height: crop.height).pixels == crop.pixels {
        return (x, y)
      }
    }
    return nil
  }

  @Test func cropsAreThoseOfThePhotoAndOfItsSmallImage() throws {
    let dataset = try dataset()
    #expect((dataset.count, dataset.leftOut) == (2, 1))
    let photos = try (0..<2).map { try Image(contentsOf: folder.url.appending(path: "\($0).png")) }
    // The whole photo made small, of which a crop's small image must be a part, borders included.
    let smaller = photos.map { photo in
      let (width, height) = (photo.width / 4, photo.height / 4)
      return photo.cropped(x: 0, y: 0, width: 4 * width, height: 4 * height)
        .resized(toWidth: width, height: height, convention: .matlab)
    }
    var places: Set<Int> = []
    var shown = [0, 0]
    for step in 0..<9 {
      let sample = try dataset.sample(step: step)
      #expect(sample.target.shape == [2, 32, 32, 3] && sample.input.shape == [2, 8, 8, 3])
      for index in 0..<2 {
        let large = Image(array: sample.target, index: index, range: .unit)
        let found = photos.indices.compactMap { photo in corner(of: large, in: photos[photo]).map { (photo, $0) } }
        let (photo, place) = try #require(found.first)
        shown[photo] += 1
        places.insert(photo * 10_000 + place.x * 100 + place.y)
        #expect(place.x % 4 == 0 && place.y % 4 == 0)
        let small = smaller[photo].cropped(x: place.x / 4, y: place.y / 4, width: 8, height: 8)
        #expect(Image(array: sample.input, index: index, range: .unit).pixels == small.pixels)
      }
    }
    // One photo has room for one square, the other for two, so in six epochs they are shown 6 and 12 times.
    #expect(dataset.epochLength == 3 && shown == [6, 12])
    #expect(places.count > 8)
  }

  @Test func samplesAreMirroredAndTurnedInEveryWay() throws {
    var orientations: Set<Int> = []
    let (plain, moved) = (try dataset(batchSize: 1), try dataset(batchSize: 1, flip: true, rotate: true))
    for step in 0..<40 {
      let (before, after) = (try plain.sample(step: step), try moved.sample(step: step))
      func image(_ array: NDArray) -> Image { Image(array: array, range: .unit) }
      for orientation in 0..<8 {
        func turned(_ image: Image) -> Image {
          (orientation >= 4 ? image.flippedHorizontally() : image).turned(quarters: orientation % 4)
        }
        guard turned(image(before.target)) == image(after.target) else { continue }
        orientations.insert(orientation)
        #expect(turned(image(before.input)) == image(after.input))
      }
    }
    #expect(orientations.count == 8)
  }

  @Test func photosMayBeMadeSmallerFirst() throws {
    // Alternating dark and light columns, one pixel wide, become gray when the photo is made small.
    let columns = Image(width: 100, height: 80, channels: 1, pixels: (0..<8000).map { Float($0 % 2) })
    let files = try TemporaryFolder()
    try files.add("columns.png", columns.encoded(as: .png, path: "columns"))
    func contrasts(smallest: Double) throws -> [Float] {
      let crop = SuperResolutionCrop(size: 32, scale: 4, smallest: smallest)
      let dataset = try SuperResolutionDataset(root: files.url, crop: crop, batchSize: 1, seed: 1)
      return try (0..<20).map { step in
        let pixels = Image(array: try dataset.sample(step: step).target, range: .unit).pixels
        return pixels.reduce(0) { $0 + abs($1 - 0.5) } / Float(pixels.count)
      }
    }
    #expect(try contrasts(smallest: 1).allSatisfy { $0 == 0.5 })
    #expect(try contrasts(smallest: 0.5).allSatisfy { $0 < 0.4 })
  }

  @Test func aSampleDependsOnSeedAndStepAlone() throws {
    let sample = try dataset(flip: true, rotate: true).sample(step: 5)
    let again = try dataset(flip: true, rotate: true, cacheBudget: 0)
    _ = try again.sample(step: 2)
    #expect(try again.sample(step: 5).target == sample.target)
    #expect(try again.sample(step: 5).input == sample.input)
    #expect(try dataset(flip: true, rotate: true, seed: 2).sample(step: 5).target != sample.target)
  }

  @Test func smallImagesMaySufferMore() throws {
    func sample(step: Int, seed: UInt64 = 1) throws -> SupervisedSample {
      let crop = SuperResolutionCrop(
        size: 32, scale: 4, flip: false, rotate: false, degradation: RealisticDegradation())
      return try SuperResolutionDataset(root: folder.url, crop: crop, batchSize: 2, seed: seed).sample(step: step)
    }
    let (plain, realistic) = (try dataset().sample(step: 3), try sample(step: 3))
    #expect(realistic.target == plain.target && realistic.input != plain.input)
    #expect(realistic.input.shape == plain.input.shape)
    #expect(try sample(step: 3).input == realistic.input)
    #expect(try sample(step: 5).input != realistic.input)
  }

  @Test func saysWhenEveryImageIsTooSmall() throws {
    #expect(throws: DatasetError.imagesTooSmall(path: folder.url.relativePath, count: 3, cropSize: 64)) {
      try SuperResolutionDataset(
        root: folder.url, crop: SuperResolutionCrop(size: 64, scale: 4), batchSize: 1, seed: 1)
    }
  }
}
