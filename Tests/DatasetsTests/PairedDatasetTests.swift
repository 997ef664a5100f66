import Datasets
import Foundation
import Images
import Tensors
import TestSupport
import Testing

struct PairedDatasetTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private let whole = Augmentation(loadSize: 8, cropSize: 8, flip: false)

  /// Noise, so that no two places look alike.
  private func image(_ number: Int, width: Int = 24, height: Int = 16) -> Image {
    let random = Random(seed: 1, purpose: "image", step: number)
    return Image(
      width: width, height: height, channels: 3, pixels: (0..<3 * width * height).map { random.uniform(at: $0) })
  }

  private func add(_ path: String, _ image: Image) throws {
    try folder.add(path, image.encoded(as: .png, path: path))
  }

  private func pairs(_ split: String = "train") throws -> PairedFolder {
    try PairedFolder(root: folder.url, split: split)
  }

  /// Left to right: what `train/x.png` should hold for two images.
  private func sideBySide(_ a: Image, _ b: Image) -> Image {
    var pixels: [Float] = []
    for y in 0..<a.height {
      for image in [a, b] { pixels += image.cropped(x: 0, y: y, width: image.width, height: 1).pixels }
    }
    return Image(width: a.width + b.width, height: a.height, channels: 3, pixels: pixels)
  }

  @Test func sideBySideAndTwoFoldersAreTheSamePairs() throws {
    for number in 0..<3 {
      let (a, b) = (image(2 * number), image(2 * number + 1))
      try add("one/train/sub/\(number).png", sideBySide(a, b))
      try add("two/trainA/sub/\(number).png", a)
      try add("two/trainB/sub/\(number).PNG", b)
    }
    let (one, two) = (
      try PairedFolder(root: folder.url.appending(path: "one")),
      try PairedFolder(root: folder.url.appending(path: "two"))
    )
    #expect(one.count == 3 && two.count == 3)
    for index in 0..<3 {
      for side in [PairedFolder.Side.a, .b] {
        #expect(try one.image(side, of: index).pixels == two.image(side, of: index).pixels)
      }
      #expect(try one.image(.a, of: index).pixels != one.image(.b, of: index).pixels)
    }
  }

  @Test func bothImagesAreCutAndMirroredAlike() throws {
    for number in 0..<4 {
      let one = image(number)
      try add("train/\(number).png", sideBySide(one, one))
    }
    let augmentation = Augmentation(loadSize: 12, largestLoadSize: 20, cropSize: 8)
    let dataset = try PairedDataset(pairs(), augmentation: augmentation, batchSize: 2, seed: 3)
    let uncached = try PairedDataset(pairs(), augmentation: augmentation, batchSize: 2, seed: 3, cacheBudget: 0)
    var seen: [NDArray] = []
    for step in (0..<6).reversed() {
      let sample = try dataset.sample(step: step)
      #expect(sample.input.shape == [2, 8, 8, 3])
      #expect(sample.input == sample.target)
      #expect(try uncached.sample(step: step).input == sample.input)
      #expect(!seen.contains(sample.input))
      seen.append(sample.input)
    }
  }

  @Test func directionDecidesWhatIsMadeOfWhat() throws {
    let (a, b) = (image(0), image(1))
    try add("val/x.png", sideBySide(a, b))
    let there = try PairedDataset(pairs("val"), augmentation: whole, seed: 1).sample(step: 0)
    let back = try PairedDataset(pairs("val"), isReversed: true, augmentation: whole, seed: 1).sample(step: 0)
    #expect(there.input == back.target && there.target == back.input && there.input != there.target)
    var small = a
    small.bitDepth = .eight
    #expect(there.input == small.resized(toWidth: 8, height: 8).array())
  }

  @Test func anEpochShowsEachPairOnce() throws {
    for number in 0..<5 { try add("train/\(number).png", sideBySide(image(number), image(number + 5))) }
    let dataset = try PairedDataset(pairs(), augmentation: whole, seed: 1)
    let samples = try (0..<5).map { try dataset.sample(step: $0).input.scalars }
    #expect(dataset.epochLength == 5 && Set(samples).count == 5)
  }

  @Test func pairsThatDoNotMatchAreListed() throws {
    try add("trainA/both.png", image(0))
    try add("trainB/both.png", image(1))
    try add("trainA/alone.png", image(0))
    try add("trainB/other.png", image(0))
    try add("trainA/size.png", image(0))
    try add("trainB/size.png", image(0, width: 12))
    let error = #expect(throws: DatasetError.self) { try pairs() }
    let text = "\(try #require(error))"
    #expect(
      text.hasSuffix(
        "do not match: alone.png has no partner in trainB; other.png has no partner in trainA; "
          + "size.png is 24x16 in trainA and 12x16 in trainB"), "\(text)")
  }

  @Test func whatIsNoPairIsRefused() throws {
    #expect(throws: DatasetError.missingFolder(path: "/nowhere")) {
      try PairedFolder(root: URL(filePath: "/nowhere", directoryHint: .isDirectory))
    }
    let missing = #expect(throws: DatasetError.self) { try pairs() }
    #expect(try "\(#require(missing))".contains("expected train, with A and B side by side"))
    try add("train/odd.png", image(0, width: 25))
    let odd = #expect(throws: DatasetError.self) { try pairs() }
    #expect(try "\(#require(odd))".contains("odd.png is 25 pixels wide, which two halves do not make"))
  }
}
