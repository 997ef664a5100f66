import Datasets
import Foundation
import Images
import Tensors
import TestSupport
import Testing

struct UnpairedDatasetTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private let small = Augmentation(loadSize: 12, cropSize: 8)

  private func level(_ array: NDArray) -> Int {
    Int(((array.scalars[0] + 1) * 127.5).rounded())
  }

  @Test func aSampleDependsOnSeedAndStepAlone() throws {
    try folder.addDomains(5, 3)
    let augmentation = Augmentation(loadSize: 12, largestLoadSize: 20, cropSize: 8)
    let first = try UnpairedDataset(root: folder.url, augmentation: augmentation, seed: 1)
    let uncached = try UnpairedDataset(root: folder.url, augmentation: augmentation, seed: 1, cacheBudget: 0)
    let other = try UnpairedDataset(root: folder.url, augmentation: augmentation, seed: 2)
    let forwards = try (0..<12).map { try first.sample(step: $0) }
    for step in (0..<12).reversed() {
      let again = try uncached.sample(step: step)
      #expect(again.a == forwards[step].a && again.b == forwards[step].b)
      #expect(again.filesA == forwards[step].filesA && again.filesB == forwards[step].filesB)
    }
    #expect(try (0..<12).map { try other.sample(step: $0).filesA } != forwards.map(\.filesA))
  }

  @Test func anEpochShowsEveryImageOfTheLargerDomainOnce() throws {
    try folder.addDomains(3, 7)
    let dataset = try UnpairedDataset(root: folder.url, augmentation: small, seed: 5)
    #expect(dataset.epochLength == 7 && dataset.stepsPerEpoch == 7)
    let epochs = try (0..<3).map { epoch in
      try (epoch * 7..<(epoch + 1) * 7).map { level(try dataset.sample(step: $0).b) }
    }
    for epoch in epochs { #expect(epoch.sorted() == Array(101...107)) }
    #expect(Set(epochs).count == 3)
    let levelsOfA = try (0..<21).map { level(try dataset.sample(step: $0).a) }
    for level in 1...3 { #expect(levelsOfA.count { $0 == level } == 7) }
  }

  @Test func batchesHoldTheirFilesImages() throws {
    try folder.addDomains(4, 4)
    let dataset = try UnpairedDataset(root: folder.url, augmentation: small, batchSize: 3, seed: 0)
    #expect(dataset.stepsPerEpoch == 2)
    let sample = try dataset.sample(step: 1)
    #expect(sample.a.shape == [3, 8, 8, 3])
    #expect(sample.filesA.count == 3)
    for (i, file) in sample.filesA.enumerated() {
      let expected = try Image(contentsOf: file).pixels[0]
      #expect(abs(Image(array: sample.a, index: i).pixels[0] - expected) < 1e-6)
    }
  }

  @Test func cropsAndFlipsAreThoseOfTheResizedImage() throws {
    let pixels = (0..<960).map { (i: Int) -> Float in Float(i * 37 % 256) / 255 }
    let photo = Image(width: 20, height: 16, channels: 3, pixels: pixels)
    for domain in ["trainA", "trainB"] { try folder.add("\(domain)/a.png", photo.encoded(as: .png, path: "a")) }
    let dataset = try UnpairedDataset(
      root: folder.url, augmentation: Augmentation(loadSize: 10, cropSize: 8), seed: 3)
    let resized = photo.resized(toWidth: 10, height: 10)
    var expected: [NDArray] = []
    for y in 0...2 {
      for x in 0...2 {
        let crop = resized.cropped(x: x, y: y, width: 8, height: 8)
        expected += [crop.array(channels: 3), crop.flippedHorizontally().array(channels: 3)]
      }
    }
    let drawn = try (0..<200).map { try dataset.sample(step: $0).a }
    let kinds = drawn.map { array in expected.firstIndex(of: array) }
    #expect(!kinds.contains(nil))
    #expect(Set(kinds).count == 18)
    #expect((60...140).contains(kinds.count { ($0 ?? 0) % 2 == 1 }))
  }

  @Test func wholeImagesWithoutDraws() throws {
    try folder.addDomains(1, 1)
    let dataset = try UnpairedDataset(
      root: folder.url, augmentation: Augmentation(loadSize: 12, cropSize: 12, flip: false), seed: 3)
    let image = try Image(contentsOf: dataset.domainA[0]).resized(toWidth: 12, height: 12)
    #expect(try dataset.sample(step: 4).a == image.array(channels: 3))
  }

  @Test func saysWhichDomainIsMissingOrEmpty() throws {
    let nowhere = folder.url.appending(path: "none")
    #expect(throws: DatasetError.missingFolder(path: nowhere.relativePath)) {
      try UnpairedDataset(root: nowhere, seed: 0)
    }
    try folder.addImage("trainA/a.png", level: 1)
    let error = #expect(throws: DatasetError.self) { try UnpairedDataset(root: folder.url, seed: 0) }
    #expect(
      error?.description == "\(folder.url.relativePath) lacks trainB: unpaired data are two folders of images, "
        + "trainA and trainB")
    try folder.add("trainB/notes.txt", Data())
    let empty = folder.url.appending(path: "trainB")
    #expect(throws: DatasetError.noImages(path: empty.relativePath)) { try UnpairedDataset(root: folder.url, seed: 0) }
    #expect(throws: DatasetError.self) { try UnpairedDataset(root: folder.url, split: "test", seed: 0) }
  }

  @Test func sizesThatDoNotFitAreRefused() {
    #expect(throws: DatasetError.cropLargerThanImage(cropSize: 300, loadSize: 286)) {
      try Augmentation(cropSize: 300).validate()
    }
    #expect(throws: DatasetError.cropLargerThanImage(cropSize: 0, loadSize: 286)) {
      try Augmentation(cropSize: 0).validate()
    }
    #expect(throws: DatasetError.loadSizesOutOfOrder(loadSize: 286, largestLoadSize: 280)) {
      try Augmentation(largestLoadSize: 280).validate()
    }
  }

  @Test func anImageThatCannotBeReadIsTheOnlyOne() throws {
    try folder.addDomains(1, 1)
    let file = try folder.add("trainA/1.png", Data("not an image".utf8))
    let error = #expect(throws: DatasetError.self) {
      try UnpairedDataset(root: folder.url, augmentation: small, seed: 0)
    }
    #expect(error?.description.contains(file.lastPathComponent) == true)
  }

  @Test(.enabled(if: TestData.has("monet2photo"), "\(TestData.isMissing)"))
  func readsPhotosAndPaintings() throws {
    let dataset = try UnpairedDataset(root: TestData.folder.appending(path: "monet2photo"), seed: 0)
    #expect(dataset.epochLength == 1500)
    let sample = try dataset.sample(step: 0)
    #expect(sample.a.shape == [1, 256, 256, 3] && sample.b.shape == [1, 256, 256, 3])
    #expect(sample.a.scalars.allSatisfy { abs($0) <= 1 })
  }
}
