import Datasets
import Foundation
import Images
import Tensors
import TestSupport
import Testing

/// Images that cannot be read: known by their header before the first sample, or only when they are drawn.
@Suite struct DamagedImagesTests {
  private let folder: TemporaryFolder
  private let small = Augmentation(loadSize: 12, cropSize: 8)

  init() throws {
    folder = try TemporaryFolder()
  }

  private func image(_ number: Int, width: Int = 40) -> Image {
    let random = Random(seed: 1, purpose: "image", step: number)
    return Image(width: width, height: 40, channels: 3, pixels: (0..<width * 120).map { random.uniform(at: $0) })
  }

  /// With a whole header, and half of the pixels.
  private func addCut(_ path: String, _ image: Image) throws {
    let bytes = try image.encoded(as: .png, path: path)
    try folder.add(path, bytes.prefix(bytes.count / 2))
  }

  private func addDomains() throws {
    for number in 0..<8 {
      for domain in ["trainA", "trainB"] {
        let path = "\(domain)/\(number).png"
        try folder.add(path, image(number).encoded(as: .png, path: path))
      }
    }
  }

  @Test func anotherImageTakesThePlaceOfADamagedOne() throws {
    try addDomains()
    try addCut("trainA/3.png", image(3))
    try folder.add("trainB/5.png", Data("no image".utf8))
    let dataset = try UnpairedDataset(root: folder.url, augmentation: small, batchSize: 2, seed: 4)
    #expect(dataset.domainA.count == 8 && dataset.domainB.count == 7)
    let first = dataset.newNotices()
    #expect(first.count == 1 && first[0].hasPrefix("passed over in ") && first[0].contains("trainB/5.png"), "\(first)")
    let samples = try (0..<12).map { try dataset.sample(step: $0) }
    let drawn = samples.flatMap(\.filesA).map(\.lastPathComponent)
    #expect(Set(drawn) == Set((0..<8).filter { $0 != 3 }.map { "\($0).png" }))
    // In each of three epochs.
    #expect(drawn.count { $0 == "4.png" } == 6)
    let notices = dataset.newNotices()
    #expect(notices.count == 1 && notices[0].contains("3.png") && notices[0].hasSuffix(": passed over"), "\(notices)")
    // A resumed run has not seen what came before.
    let resumed = try UnpairedDataset(
      root: folder.url, augmentation: small, batchSize: 2, seed: 4, cacheBudget: 0)
    for step in 6..<12 {
      let sample = try resumed.sample(step: step)
      #expect(sample.a == samples[step].a && sample.b == samples[step].b && sample.filesA == samples[step].filesA)
    }
  }

  @Test func tooManyAreNotPassedOver() throws {
    try addDomains()
    for number in 0..<4 { try folder.add("trainA/\(number).png", Data([1, 2, 3])) }
    let atOnce = #expect(throws: DatasetError.self) { try UnpairedDataset(root: folder.url, seed: 1) }
    let text = try #require(atOnce?.description)
    #expect(
      text.hasPrefix("4 of the 8 images in ") && text.contains("0.png") && text.hasSuffix("; and 1 more"), "\(text)")
    for number in 0..<4 { try addCut("trainA/\(number).png", image(number)) }
    let dataset = try UnpairedDataset(root: folder.url, augmentation: small, seed: 1)
    let error = #expect(throws: DatasetError.self) { for step in 0..<8 { _ = try dataset.sample(step: step) } }
    #expect(error?.description.hasPrefix("4 of the 8 images in ") == true)
  }

  @Test func aPairIsPassedOverAsAWhole() throws {
    try addDomains()
    try addCut("trainB/2.png", image(2))
    try folder.add("trainA/6.png", Data("no image".utf8))
    let dataset = try PairedDataset(
      PairedFolder(root: folder.url), augmentation: Augmentation(loadSize: 8, cropSize: 8, flip: false), seed: 1)
    #expect(dataset.epochLength == 7)
    let samples = try (0..<7).map { try dataset.sample(step: $0) }
    #expect(samples.allSatisfy { $0.input == $0.target } && Set(samples.map(\.input.scalars)).count == 6)
    let notices = dataset.newNotices()
    #expect(notices.count == 2 && notices[0].contains("6.png") && notices[1].contains("2.png"), "\(notices)")
  }

  @Test func cropsAreMadeOfOtherPhotos() throws {
    for number in 0..<4 {
      try folder.add("\(number).png", image(number, width: 32 + number).encoded(as: .png, path: "photo"))
    }
    try addCut("1.png", image(1, width: 33))
    let crop = SuperResolutionCrop(size: 32, scale: 4)
    func dataset(_ cacheBudget: Int) throws -> SuperResolutionDataset {
      try SuperResolutionDataset(root: folder.url, crop: crop, batchSize: 2, seed: 1, cacheBudget: cacheBudget)
    }
    let (cached, uncached) = (try dataset(1 << 20), try dataset(0))
    for step in (0..<6).reversed() {
      #expect(try cached.sample(step: step).target == uncached.sample(step: step).target)
    }
    for dataset in [cached, uncached] {
      let notices = dataset.newNotices()
      #expect(notices.count == 1 && notices[0].contains("1.png"), "\(notices)")
    }
  }
}
