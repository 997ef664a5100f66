import Foundation
import Images
import Tensors
import TestSupport
import Testing

/// A region read from a file has exactly the pixels of that region of the whole image.
struct ImageRegionTests {
  /// Corners, borders, single pixels, the whole image, and `count` random regions.
  private func regions(_ width: Int, _ height: Int, count: Int, seed: String) -> [ImageRegion] {
    var regions = [
      ImageRegion(x: 0, y: 0, width: width, height: height), ImageRegion(x: 0, y: 0, width: 1, height: 1),
      ImageRegion(x: width - 1, y: height - 1, width: 1, height: 1),
      ImageRegion(x: width / 2, y: 0, width: 1, height: height),
      ImageRegion(x: 0, y: height / 2, width: width, height: 1),
      ImageRegion(x: 0, y: 0, width: width, height: (height + 1) / 2),
    ]
    let random = Random(seed: 1, purpose: seed)
    for i in 0..<count {
      let x = random.integer(in: 0..<width, at: 4 * i)
      let y = random.integer(in: 0..<height, at: 4 * i + 1)
      regions.append(
        ImageRegion(
          x: x, y: y, width: random.integer(in: 1..<width - x + 1, at: 4 * i + 2),
          height: random.integer(in: 1..<height - y + 1, at: 4 * i + 3)))
    }
    return regions
  }

  private func expectPartsOfTheWhole(_ file: URL, count: Int = 20) throws {
    let whole = try Image(contentsOf: file)
    let name = file.lastPathComponent
    #expect(try ImageHeader(contentsOf: file) == whole.header, "\(name)")
    for region in regions(whole.width, whole.height, count: count, seed: name) {
      let expected = whole.cropped(x: region.x, y: region.y, width: region.width, height: region.height)
      let part = try Image(contentsOf: file, region: region)
      #expect(part == expected, "\(name) \(region)")
    }
  }

  @Test(arguments: [
    "444", "420", "422", "440", "411", "410", "mixed", "420-progressive", "422-progressive", "420-restart",
    "420-arithmetic", "420-scans", "gray",
  ])
  func partsOfJPEGFiles(name: String) throws {
    try expectPartsOfTheWhole(Golden.url("jpeg-\(name).jpg"), count: 60)
  }

  @Test func partsOfInks() throws {
    try expectPartsOfTheWhole(Golden.url("cmyk.jpg"))
  }

  @Test(.enabled(if: TestData.has("nasty/pngsuite"), "\(TestData.isMissing)"))
  func partsOfEveryPNGFile() throws {
    let folder = TestData.folder.appending(path: "nasty/pngsuite/png")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    let readable = files.filter { $0.pathExtension == "png" && !$0.lastPathComponent.hasPrefix("x") }
    #expect(readable.count > 150)
    for file in readable { try expectPartsOfTheWhole(file) }
  }

  @Test(
    .enabled(if: TestData.has("nasty/libjpeg-turbo"), "\(TestData.isMissing)"),
    arguments: [
      "testorig.jpg", "testimgari.jpg", "testimgint.jpg", "monkey16.png", "vgl_5674_0098.png",
    ])
  func partsOfOddFiles(name: String) throws {
    try expectPartsOfTheWhole(TestData.folder.appending(path: "nasty/libjpeg-turbo/\(name)"))
  }

  @Test(
    .enabled(if: TestData.has("nasty/exif-orientation"), "\(TestData.isMissing)"),
    arguments: ["Landscape", "Portrait"], 0...8)
  func partsOfTurnedPhotos(name: String, orientation: Int) throws {
    let folder = TestData.folder.appending(path: "nasty/exif-orientation")
    try expectPartsOfTheWhole(folder.appending(path: "\(name)_\(orientation).jpg"), count: 8)
  }

  @Test(.enabled(if: TestData.has("sr/Set5"), "\(TestData.isMissing)"))
  func partsOfPhotos() throws {
    try expectPartsOfTheWhole(TestData.folder.appending(path: "sr/Set5/butterfly.png"))
    try expectPartsOfTheWhole(TestData.folder.appending(path: "facades/image_001.jpg"))
  }

  /// EXIF data may follow a PNG file's pixels.
  @Test(arguments: 1...8) func orientationMayStandLate(orientation: UInt8) throws {
    let exif = Exif.data(orientation: orientation, isLittleEndian: false)
    let early = try Image.pattern(
      width: 20, height: 9, channels: 3, bitDepth: .sixteen, metadata: ImageMetadata(exif: exif)
    ).encoded(as: .png, path: "a")
    // A chunk is its length, its name, its bytes and their checksum.
    let start = try #require(early.range(of: Data("eXIf".utf8))).lowerBound - 4
    let size = 12 + exif.count
    var late = early
    late.removeSubrange(start..<start + size)
    late.insert(contentsOf: early[start..<start + size], at: late.endIndex - 12)
    let folder = try TemporaryFolder()
    let file = try folder.add("late.png", late)
    #expect(try Image(contentsOf: file) == Image(encoded: early, path: "a"))
    try expectPartsOfTheWhole(file)
  }

  @Test(arguments: [ImageFileFormat.png, .jpeg()])
  func onlyWhatIsNeededIsRead(format: ImageFileFormat) throws {
    // Noise, which compresses equally badly everywhere.
    let random = Random(seed: 1, purpose: "noise")
    let pixels = (0..<200 * 400 * 3).map { Float(random.integer(in: 0..<256, at: $0)) / 255 }
    let image = Image(width: 200, height: 400, channels: 3, pixels: pixels)
    let whole = try image.encoded(as: format, path: "a")
    let folder = try TemporaryFolder()
    let file = try folder.add("cut", whole.prefix(whole.count / 2))
    #expect(try ImageHeader(contentsOf: file) == image.header)
    let top = try Image(contentsOf: file, region: ImageRegion(x: 50, y: 20, width: 100, height: 100))
    #expect(try top == Image(encoded: whole, path: "a").cropped(x: 50, y: 20, width: 100, height: 100))
    let error = #expect(throws: ImageError.self) {
      try Image(contentsOf: file, region: ImageRegion(x: 50, y: 220, width: 100, height: 100))
    }
    guard case .damaged = error else { Issue.record("\(String(describing: error))"); return }
  }

  @Test(arguments: [
    (-1, 0, 2, 2), (0, -1, 2, 2), (0, 0, 9, 1), (0, 0, 1, 7), (8, 0, 1, 1), (0, 0, 0, 1), (1, 1, .max, 1),
  ])
  func partsLieWithinTheImage(x: Int, y: Int, width: Int, height: Int) throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "a.png")
    try Image.pattern(width: 8, height: 6, channels: 1).write(to: file, format: .png)
    let region = ImageRegion(x: x, y: y, width: width, height: height)
    let expected = ImageError.outside(path: file.relativePath, region: region, width: 8, height: 6)
    #expect(throws: expected) { try Image(contentsOf: file, region: region) }
  }

  @Test func headersOfWhatIsNoImage() throws {
    let folder = try TemporaryFolder()
    #expect(throws: ImageError.self) { try ImageHeader(contentsOf: folder.url.appending(path: "none.png")) }
    let text = try folder.add("x.jpg", Data("hello".utf8))
    #expect(throws: ImageError.notAnImage(path: text.relativePath, beginning: "\"hello\"")) {
      try ImageHeader(contentsOf: text)
    }
    let cut = try folder.add(
      "cut.png", Image.pattern(width: 9, height: 9, channels: 1).encoded(as: .png, path: "a").prefix(20))
    #expect(throws: ImageError.self) { try ImageHeader(contentsOf: cut) }
  }
}
