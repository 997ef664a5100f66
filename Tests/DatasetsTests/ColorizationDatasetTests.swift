import Datasets
import Foundation
import Images
import Tensors
import TestSupport
import Testing
import Threads

@Suite(.serialized) struct ColorizationDatasetTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func dataset(
    _ folders: [String: Double] = ["": 1], crop: PhotoCrop = .whole(size: 64), aged: Double = 0,
    isWeighted: Bool = true, batchSize: Int = 1, cacheBudget: Int = 1 << 20
  ) throws -> ColorizationDataset {
    try ColorizationDataset(
      folders: folders.sorted { $0.key < $1.key }.map { name, weight in
        WeightedFolder(url: folder.url.appending(path: name, directoryHint: .isDirectory), weight: weight)
      }, crop: crop, aged: aged, isWeighted: isWeighted, batchSize: batchSize, seed: 1, cacheBudget: cacheBudget)
  }

  @Test func lightnessComesInAndColorsGoOut() throws {
    try folder.addColorful("photo.png")
    let sample = try dataset(batchSize: 2).sample(step: 3)
    #expect(sample.input.shape == [2, 64, 64, 1] && sample.target.shape == [2, 64, 64, 2])
    let photo = try Image(contentsOf: folder.url.appending(path: "photo.png"))
    for index in 0..<2 {
      let back = Image(lightness: sample.input, chroma: sample.target, index: index)
      #expect(zip(back.pixels, photo.pixels).allSatisfy { abs($0 - $1) < 1e-3 })
    }
  }

  @Test func countsWhatItLeavesOut() throws {
    try folder.addColorful("photo.png")
    try folder.addPhoto("gray.png") { level, _ in [level, level, level] }
    try folder.addPhoto("sepia.png") { level, _ in [min(1, 1.1 * level), level, 0.8 * level] }
    try folder.addPhoto("bluish.png") { level, _ in [0.9 * level, level, min(1, 1.05 * level)] }
    // Gray, as lossy compression would leave it.
    try folder.addPhoto("noisy.png") { level, random in [level + 0.006 * random, level, level - 0.006 * random] }
    // Of several colours, but hardly: their mean chroma is 3.2.
    try folder.addMottled("dull.png", gray: 0.7, more: 0.02)
    try folder.addImage("one-channel.png", level: 100, width: 64, height: 64)
    try folder.addColorful("tiny.png", width: 200, height: 63)
    try folder.add("truncated.png", Data(contentsOf: folder.url.appending(path: "photo.png")).prefix(3000))
    try folder.add("text.jpg", Data("not an image".utf8))
    let dataset = try dataset()
    #expect(dataset.count == 1)
    #expect(dataset.leftOut.gray == 6 && dataset.leftOut.tooSmall == 1)
    #expect(
      dataset.leftOut.damaged.map { URL(filePath: $0).lastPathComponent } == ["text.jpg", "truncated.png"])
  }

  @Test func saysWhatItLeavesOut() {
    var leftOut = ColorizationDataset.LeftOut()
    #expect(leftOut.notices.isEmpty)
    (leftOut.gray, leftOut.tooSmall, leftOut.damaged) = (1, 1, ["a.png"])
    #expect(
      leftOut.notices == [
        "1 image is gray or toned, and left out",
        "1 image has a shorter side below 64 pixels, and is left out",
        "1 image is damaged, and left out: a.png",
      ])
    (leftOut.gray, leftOut.tooSmall, leftOut.damaged) = (2, 3, ["a.png", "b.png"])
    #expect(
      leftOut.notices == [
        "2 images are gray or toned, and left out",
        "3 images have a shorter side below 64 pixels, and are left out",
        "2 images are damaged, and left out, such as a.png",
      ])
    (leftOut.gray, leftOut.damaged) = (0, [])
    #expect(leftOut.notices.count == 1)
  }

  @Test func foldersWithoutAUsablePhotoAreRefused() throws {
    for name in ["a.png", "b.png"] { try folder.addPhoto(name) { level, _ in [level, level, level] } }
    try folder.addColorful("c.png", width: 20, height: 20)
    try folder.add("d.png", Data())
    #expect(
      throws: DatasetError.noColors(paths: [folder.url.relativePath], gray: 2, tooSmall: 1, damaged: 1)
    ) { try dataset() }
    let error = DatasetError.noColors(paths: ["one", "two"], gray: 2, tooSmall: 1, damaged: 1)
    #expect(
      "\(error)" == "none of the 4 images in one, two has colours to learn, 2 being gray or toned, 1 with a "
        + "shorter side below 64 pixels and 1 damaged: give colour photos of at least 64 pixels a side")
  }

  @Test func unusableFoldersAndSettingsAreRefused() throws {
    try folder.addColorful("photos/photo.png")
    try folder.add("empty/notes.txt", Data())
    let missing = folder.url.appending(path: "missing", directoryHint: .isDirectory).relativePath
    #expect(throws: DatasetError.missingFolder(path: missing)) { try dataset(["photos": 1, "missing": 1]) }
    let empty = folder.url.appending(path: "empty", directoryHint: .isDirectory).relativePath
    #expect(throws: DatasetError.noImages(path: empty)) { try dataset(["photos": 1, "empty": 1]) }
    #expect(throws: DatasetError.self) { try dataset([:]) }
    let photos = folder.url.appending(path: "photos", directoryHint: .isDirectory).relativePath
    for weight in [0, -1, .leastNonzeroMagnitude, 9e-7, 1_000_001, 1e308, .infinity] {
      #expect(
        throws: DatasetError.unusableSetting(
          name: "the weight of \(photos)", value: "\(weight)", expectation: "a number from 0.000001 to 1000000")
      ) { try dataset(["photos": weight]) }
    }
    #expect(throws: DatasetError.self) { try dataset(["photos": .nan]) }
    for area in [0, -0.5, 1.1, .nan] {
      #expect(throws: DatasetError.self) { try dataset(crop: PhotoCrop(size: 64, smallestArea: area)) }
    }
    #expect(throws: DatasetError.self) { try dataset(crop: .whole(size: 0)) }
    #expect(throws: DatasetError.self) { try dataset(aged: 1.5) }
    #expect(throws: DatasetError.self) { try dataset(batchSize: 0) }
    #expect(throws: DatasetError.self) { try dataset().sample(step: 0, size: 0) }
    #expect(throws: DatasetError.self) { try dataset().whole(size: 0).sample(step: 0) }
  }

  @Test func agingChangesTheShareAskedFor() throws {
    for name in ["a.png", "b.png"] { try folder.addColorful(name) }
    let crop = PhotoCrop(size: 24, smallestArea: 0.5)
    let plain = try dataset(crop: crop)
    let samples = try (0..<60).map { try plain.sample(step: $0) }
    for (share, range) in [(0, 0...0), (0.5, 20...40), (1, 58...60)] {
      let aged = try dataset(crop: crop, aged: share)
      let changed = try samples.enumerated().count { step, before in
        let after = try aged.sample(step: step)
        #expect(after.target == before.target)
        return after.input != before.input
      }
      #expect(range.contains(changed), "\(changed) of 60 at a share of \(share)")
    }
  }

  /// Photos larger than what is cached, several in a batch, and inputs of every kind.
  @Test func samplesDependOnNeitherCacheNorThreads() throws {
    for index in 0..<2 { try folder.addColorful("large \(index).png", width: 280 + 10 * index, height: 260) }
    try folder.addColorful("small.png")
    let threads = ThreadPool.threadCount
    defer { ThreadPool.threadCount = threads }
    func samples(threads: Int, cacheBudget: Int) throws -> [NDArray] {
      ThreadPool.threadCount = threads
      let crop = PhotoCrop(size: 48, smallestArea: 0.3)
      let dataset = try dataset(crop: crop, aged: 0.5, batchSize: 4, cacheBudget: cacheBudget)
      return try [5, 0].flatMap { step in
        let sample = try dataset.sample(step: step)
        return [sample.input, sample.target]
      }
    }
    let expected = try samples(threads: 1, cacheBudget: 1 << 30)
    // A budget of 300,000 bytes holds one of the large photos.
    for (threads, budget) in [(2, 1 << 30), (1, 0), (3, 300_000)] {
      #expect(try samples(threads: threads, cacheBudget: budget) == expected)
    }
    #expect(Set(expected.map(\.scalars)).count == 4)
  }

  @Test func cropsMayHaveAnotherSize() throws {
    try folder.addColorful("photo.png", width: 100, height: 80)
    let (small, large) = (try dataset(crop: .whole(size: 16)), try dataset(crop: .whole(size: 40)))
    #expect(try small.sample(step: 2, size: 40).input == large.sample(step: 2).input)
    #expect(try small.sample(step: 2, size: 40).target == large.sample(step: 2).target)
    #expect(try small.sample(step: 2).input.shape == [1, 16, 16, 1])
  }

  @Test func wholePhotosComeFromTheSameCache() throws {
    let names = ["a.png", "b.png", "c.png"]
    for (index, name) in names.enumerated() { try folder.addColorful(name, width: 70 + index, height: 64) }
    try folder.addPhoto("gray.png") { level, _ in [level, level, level] }
    let crop = PhotoCrop(size: 24, smallestArea: 0.3)
    let training = try dataset(crop: crop, aged: 1, batchSize: 2)
    let expected = try dataset(crop: .whole(size: 40), isWeighted: false)
    let samples = try (0..<6).map { try expected.sample(step: $0) }
    let before = try training.sample(step: 0)
    for name in names { try FileManager.default.removeItem(at: folder.url.appending(path: name)) }
    let whole = training.whole(size: 40)
    #expect((whole.count, whole.batchSize, whole.aged) == (3, 1, 0) && whole.crop == .whole(size: 40))
    #expect(whole.leftOut == training.leftOut && whole.leftOut.gray == 1)
    for (step, sample) in samples.enumerated() {
      let photo = try whole.sample(step: step)
      #expect(photo.input == sample.input && photo.target == sample.target)
    }
    for epoch in [samples.prefix(3), samples.suffix(3)] { #expect(Set(epoch.map(\.input.scalars)).count == 3) }
    // The training photos are drawn as ever.
    #expect(try training.sample(step: 0).input == before.input)
  }

  @Test func largePhotosAreReducedAtTheirAspect() throws {
    try folder.addColorful("photo.png", width: 260, height: 390)
    let photo = try Image(contentsOf: folder.url.appending(path: "photo.png")).resized(toWidth: 256, height: 384)
    // Without rounding, as the data set resizes its crops.
    let exact = Image(width: 256, height: 384, channels: 3, pixels: photo.pixels, bitDepth: .sixteen)
    #expect(try dataset().sample(step: 0).target == exact.resized(toWidth: 64, height: 64).labArrays().chroma)
  }
}
