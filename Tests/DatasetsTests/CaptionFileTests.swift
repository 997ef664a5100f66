import Datasets
import Foundation
import Images
import Tensors
import TestSupport
import Testing

@Suite struct CaptionFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func file(_ text: String) throws -> CaptionFile {
    try folder.add("captions.txt", Data(text.utf8))
    return try CaptionFile(contentsOf: folder.url.appending(path: "captions.txt"))
  }

  @Test func readsCaptionsWithAndWithoutFiles() throws {
    let plain = try file("\u{FEFF}a red bird\r\n  a blue one \n\n")
    #expect(plain.captions == ["a red bird", "a blue one"] && plain.images == nil)
    let named = try file("b/1.png\ta red\tbird\n2.png\ta blue one")
    #expect(named.captions == ["a red\tbird", "a blue one"] && named.images == ["b/1.png", "2.png"])
  }

  /// Two names that Unicode takes for the same, and a caption with a character that it takes for the end of a line.
  @Test func namesAreTakenByteForByte() throws {
    let names = ["\u{e9}.png", "e\u{301}.png"]
    for (index, name) in names.enumerated() {
      let image = Image(width: 4, height: 4, channels: 1, pixels: Array(repeating: Float(index), count: 16))
      try folder.add("images/\(name)", image.encoded(as: .png, path: "image"))
    }
    try folder.add("images/unnamed.png", Data("no image".utf8))
    for (index, name) in names.enumerated() {
      let images = try LabelledImages(
        in: folder.url.appending(path: "images"), captions: try file("\(name)\ta\u{2028}letter"))
      let data = try LabelledDataset(
        images, augmentation: Augmentation(loadSize: 4, cropSize: 4, flip: false), channels: 1, seed: 1)
      #expect(try data.images(0..<1).images.scalars[0] == (index == 0 ? -1 : 1), "\(index)")
      #expect(images.classes == ["a\u{2028}letter"] && images.count == 1)
    }
  }

  @Test func refusesInWords() throws {
    for (text, problem) in [
      ("", "it is empty, expected a caption in each line"), ("a bird\n\nanother", "line 2 is '', expected a caption"),
      ("1.png\ta bird\n2.png a bird", "line 2 has no tab between an image's file and its caption"),
      ("a bird\n2.png\ta bird", "line 2 has a tab"),
      ("1.png\t \n", "line 1 is '1.png\t ', expected a caption of a file"),
    ] {
      do {
        _ = try file(text)
        Issue.record("read, though \(problem)")
      } catch {
        #expect("\(error)".contains(problem), "\(error)")
      }
    }
    try folder.add("captions.txt", Data([0xff, 0xfe, 0x41]))
    #expect(throws: DatasetError.self) { try CaptionFile(contentsOf: folder.url.appending(path: "captions.txt")) }
    #expect(throws: DatasetError.self) { try CaptionFile(contentsOf: folder.url.appending(path: "none.txt")) }
  }

  @Test func imagesComeWithTheirCaptionsVectors() throws {
    for index in 0..<3 {
      let image = Image(width: 4, height: 4, channels: 1, pixels: Array(repeating: Float(index) / 2, count: 16))
      try folder.add("images/\(index).png", image.encoded(as: .png, path: "image"))
    }
    let captions = try file("2.png\twhite\n0.png\tblack\n2.png\tbright")
    let source = try LabelledImages(in: folder.url.appending(path: "images"), captions: captions)
    #expect(source.count == 3)
    let data = try LabelledDataset(
      source, augmentation: Augmentation(loadSize: 4, cropSize: 4, flip: false), channels: 1, batchSize: 3,
      vectors: NDArray([1, 2, 3, 4, 5, 6], shape: [3, 2]), seed: 1)
    for sample in [try data.images(0..<3), try data.sample(step: 0)] {
      let levels = (0..<3).map { sample.images.scalars[16 * $0] }
      let vectors = try #require(sample.classes)
      #expect(vectors.shape == [3, 2])
      for (index, level) in levels.enumerated() {
        let vector = Array(vectors.scalars[2 * index..<2 * index + 2])
        #expect(level == 1 ? vector == [1, 2] || vector == [5, 6] : vector == [3, 4], "\(level) \(vector)")
      }
    }
    for name in ["7.png", "../images/1.png", folder.url.appending(path: "images/1.png").path] {
      do {
        _ = try LabelledImages(
          in: folder.url.appending(path: "images"), captions: try file("2.png\twhite\n\(name)\tblack"))
        Issue.record("read")
      } catch {
        #expect("\(error)".contains("1 of its 2 files are not in"), "\(error)")
      }
    }
  }
}
