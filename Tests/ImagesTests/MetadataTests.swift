import Foundation
import Images
import TestSupport
import Testing

struct MetadataTests {
  /// As much of an ICC profile as libpng and libjpeg look at; larger than one segment of a JPEG file.
  private static func profile(colorSpace: String, size: Int = 150_000) -> Data {
    var bytes = [UInt8](repeating: 0, count: size)
    func put(_ text: String, at position: Int) {
      bytes.replaceSubrange(position..<position + 4, with: Array(text.utf8))
    }
    for i in 0..<4 { bytes[i] = UInt8(truncatingIfNeeded: size >> (24 - 8 * i)) }
    bytes[8] = 2
    put("mntr", at: 12)
    put(colorSpace, at: 16)
    put("XYZ ", at: 20)
    put("acsp", at: 36)
    bytes.replaceSubrange(68..<80, with: [0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d])
    return Data(bytes)
  }

  @Test(arguments: [ImageFileFormat.png, .jpeg()])
  func survivesReadingAndWriting(format: ImageFileFormat) throws {
    let metadata = ImageMetadata(
      exif: Exif.data(orientation: 1, isLittleEndian: false), iccProfile: Self.profile(colorSpace: "RGB "))
    let image = Image.pattern(width: 9, height: 7, channels: 3, metadata: metadata)
    let read = try Image(encoded: image.encoded(as: format, path: "a"), path: "a")
    #expect(read.metadata == metadata)
  }

  @Test(arguments: [ImageFileFormat.png, .jpeg()])
  func aProfileForOtherColorsIsLeftOut(format: ImageFileFormat) throws {
    let metadata = ImageMetadata(iccProfile: Self.profile(colorSpace: "GRAY"))
    let image = Image.pattern(width: 9, height: 7, channels: 3, metadata: metadata)
    let read = try Image(encoded: image.encoded(as: format, path: "a"), path: "a")
    #expect(read.metadata == ImageMetadata())
  }

  @Test(arguments: 1...8, [false, true])
  func orientationIsAppliedAndReset(orientation: Int, isLittleEndian: Bool) throws {
    // Three columns, two rows, as stored; and as seen.
    let seen: [(width: Int, values: [Int])] = [
      (3, [1, 2, 3, 4, 5, 6]), (3, [3, 2, 1, 6, 5, 4]), (3, [6, 5, 4, 3, 2, 1]), (3, [4, 5, 6, 1, 2, 3]),
      (2, [1, 4, 2, 5, 3, 6]), (2, [4, 1, 5, 2, 6, 3]), (2, [6, 3, 5, 2, 4, 1]), (2, [3, 6, 2, 5, 1, 4]),
    ]
    let exif = Exif.data(orientation: UInt8(orientation), isLittleEndian: isLittleEndian)
    let stored = Image(
      width: 3, height: 2, channels: 1, pixels: (1...6).map { Float($0) / 255 }, metadata: ImageMetadata(exif: exif))
    let read = try Image(encoded: stored.encoded(as: .png, path: "a"), path: "a")
    let expected = seen[orientation - 1]
    #expect(read.width == expected.width)
    #expect(read.pixels.map { Int(($0 * 255).rounded()) } == expected.values)
    #expect(read.metadata.exif == Exif.data(orientation: 1, isLittleEndian: isLittleEndian))
  }

  @Test func brokenExifIsKeptAndIgnored() throws {
    let whole = Exif.data(orientation: 6, isLittleEndian: true)
    var farDirectory = whole
    farDirectory.replaceSubrange(4..<8, with: [0xff, 0xff, 0xff, 0xff])
    var manyEntries = whole
    manyEntries.replaceSubrange(8..<10, with: [0xff, 0xff])
    let cut = (5..<20).map { whole.prefix($0) }
    for exif in [farDirectory, manyEntries, Data([1, 2, 3, 4, 5])] + cut {
      let image = Image.pattern(width: 3, height: 2, channels: 1, metadata: ImageMetadata(exif: Data(exif)))
      let read = try Image(encoded: image.encoded(as: .jpeg(), path: "a"), path: "a")
      #expect(read.width == 3)
      #expect(read.metadata.exif == Data(exif))
    }
  }

  @Test(
    .enabled(if: TestData.has("nasty/exif-orientation"), "\(TestData.isMissing)"),
    arguments: ["Landscape", "Portrait"], 0...8)
  func photosOfAllOrientationsStandUpright(name: String, orientation: Int) throws {
    let folder = TestData.folder.appending(path: "nasty/exif-orientation")
    let expected = try Image(contentsOf: folder.appending(path: "\(name)_1.jpg"))
    let image = try Image(contentsOf: folder.appending(path: "\(name)_\(orientation).jpg"))
    #expect((image.width, image.height) == (expected.width, expected.height))
    #expect(
      image.resized(toWidth: 60, height: 60).peakSignalToNoiseRatio(
        to: expected.resized(toWidth: 60, height: 60)) > 30)
  }
}
