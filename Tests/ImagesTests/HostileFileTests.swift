import Foundation
import Images
import Tensors
import TestSupport
import Testing

struct HostileFileTests {
  private static let small = ImageReadingOptions(largestPixelCount: 1000)
  private static let lenient = ImageReadingOptions(isLenient: true)

  /// A PNG file whose header claims a size, with hardly any pixels.
  private static func png(width: UInt32, height: UInt32) -> Data {
    let sides = [width, height].flatMap { withUnsafeBytes(of: $0.bigEndian, Array.init) }
    return Data([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) + pngChunk("IHDR", sides + [8, 2, 0, 0, 0])
      + pngChunk("IDAT", compressed([0, 1, 2, 3])) + pngChunk("IEND", [])
  }

  @Test func theLimitOnPixelsIsTheCallers() throws {
    let image = Image.pattern(width: 40, height: 26, channels: 3)
    for format in [ImageFileFormat.png, .jpeg()] {
      let data = try image.encoded(as: format, path: "a")
      let expected = ImageError.tooLarge(path: "a", width: 40, height: 26, limit: 1000)
      #expect(throws: expected) { try Image(encoded: data, path: "a", options: Self.small) }
      #expect(expected.description.hasSuffix("where at most 1000 pixels are read"))
      let enough = ImageReadingOptions(largestPixelCount: 1040)
      #expect(try Image(encoded: data, path: "a", options: enough).width == 40)
    }
  }

  @Test(arguments: [(0, 10), (10, 0), (1 << 31, 1), (1, .max)] as [(UInt32, UInt32)])
  func impossibleSizesAreDamage(width: UInt32, height: UInt32) {
    let error = #expect(throws: ImageError.self) {
      try Image(encoded: Self.png(width: width, height: height), path: "a")
    }
    guard case .damaged = error else { Issue.record("\(String(describing: error))"); return }
  }

  @Test(arguments: [(0x7fff_ffff, 1), (0x7fff_ffff, 0x7fff_ffff), (1 << 20, 1 << 20)] as [(UInt32, UInt32)])
  func absurdSizesAreRefusedBeforeTheirMemoryIsTaken(width: UInt32, height: UInt32) throws {
    let data = Self.png(width: width, height: height)
    let error = #expect(throws: ImageError.self) { try Image(encoded: data, path: "a") }
    #expect(error == .tooLarge(path: "a", width: Int(width), height: Int(height), limit: 1 << 28))
    let folder = try TemporaryFolder()
    #expect(try ImageHeader(contentsOf: folder.add("a.png", data)).width == Int(width))
  }

  /// A few kilobytes that decompress to a gigabyte.
  @Test func bombsInChunksAreLeftOut() throws {
    let zeros = compressed([UInt8](repeating: 0, count: 1 << 26))
    let profile = pngChunk("iCCP", Array("profile\0\0".utf8) + zeros)
    let texts = (0..<16).reduce(Data()) { data, _ in
      data + pngChunk("zTXt", Array("Raw profile type exif\0\0".utf8) + zeros)
        + pngChunk("iTXt", Array("XML:com.adobe.xmp\0\u{1}\0\0\0".utf8) + zeros)
    }
    let plain = try Image.pattern(width: 5, height: 4, channels: 3).encoded(as: .png, path: "a")
    let image = try Image(encoded: plain.addingChunks(profile + texts, before: "IDAT"), path: "a")
    #expect(image == Image.pattern(width: 5, height: 4, channels: 3, metadata: image.metadata))
    #expect(image.metadata.exif == nil && image.metadata.xmp == nil && image.metadata.iccProfile == nil)
    guard case .profileIgnored = image.metadata.notices.first else { Issue.record("\(image.metadata)"); return }
  }

  @Test func theFirstFrameOfAnAnimationIsReadAndSaid() throws {
    let plain = try Image.pattern(width: 5, height: 4, channels: 3).encoded(as: .png, path: "a")
    let animation = plain.addingChunks(pngChunk("acTL", [0, 0, 0, 12, 0, 0, 0, 0]), before: "IDAT")
    let image = try Image(encoded: animation, path: "a")
    #expect(image.metadata.notices == [.firstFrame(of: 12)])
    #expect(image.pixels == Image.pattern(width: 5, height: 4, channels: 3).pixels)
  }

  @Test(arguments: [ImageFileFormat.png, .jpeg()], [1, 3])
  func whatIsLeftOfACutFileIsReadOnRequest(format: ImageFileFormat, channels: Int) throws {
    let random = Random(seed: 1, purpose: "noise")
    let pixels = (0..<64 * 96 * channels).map { Float(random.integer(in: 0..<256, at: $0)) / 255 }
    let image = Image(width: 64, height: 96, channels: channels, pixels: pixels)
    let whole = try image.encoded(as: format, path: "a")
    let expected = try Image(encoded: whole, path: "a")
    let cut = whole.prefix(whole.count * 2 / 3)
    #expect(throws: ImageError.self) { try Image(encoded: cut, path: "a") }
    let read = try Image(encoded: cut, path: "a", options: Self.lenient)
    guard case .incomplete(_, let row) = read.metadata.notices.last else { Issue.record("\(read.metadata)"); return }
    try #require(row > 30 && row < 80)
    // libjpeg smooths colour across the border of what it could decode.
    let wholeHeight = row - 16
    #expect(
      read.cropped(x: 0, y: 0, width: 64, height: wholeHeight)
        .largestDifference(to: expected.cropped(x: 0, y: 0, width: 64, height: wholeHeight)) < 0.01)
    #expect(read.pixels.suffix(64 * channels).allSatisfy { abs($0 - 0.5) < 0.01 })
    #expect(try Image(encoded: whole, path: "a", options: Self.lenient) == expected)
  }

  @Test func whatIsMissingIsOpaque() throws {
    let whole = try Image.pattern(width: 30, height: 200, channels: 4, bitDepth: .sixteen).encoded(as: .png, path: "a")
    let read = try Image(encoded: whole.prefix(whole.count / 2), path: "a", options: Self.lenient)
    #expect(read.pixels.suffix(4).map { ($0 * 100).rounded() } == [50, 50, 50, 100])
  }

  @Test(.enabled(if: TestData.has("nasty/pngsuite"), "\(TestData.isMissing)"))
  func interlacedFilesComeBlurred() throws {
    let file = TestData.folder.appending(path: "nasty/pngsuite/png/basi2c08.png")
    let data = try Data(contentsOf: file)
    let read = try Image(encoded: data.prefix(data.count - 40), path: "a", options: Self.lenient)
    guard case .incomplete(_, 0) = read.metadata.notices.last else { Issue.record("\(read.metadata)"); return }
    #expect(try read.peakSignalToNoiseRatio(to: Image(contentsOf: file)) > 15)
  }

  @Test func progressiveFilesComeBlurred() throws {
    let data = try Data(contentsOf: Golden.url("jpeg-420-progressive.jpg"))
    let read = try Image(encoded: data.prefix(data.count * 3 / 4), path: "a", options: Self.lenient)
    #expect(try read.peakSignalToNoiseRatio(to: Image(encoded: data, path: "a")) > 15)
    #expect(!read.metadata.notices.isEmpty)
  }

  @Test func withNothingToDecodeLeniencyDoesNotHelp() throws {
    for format in [ImageFileFormat.png, .jpeg()] {
      let whole = try Image.pattern(width: 64, height: 64, channels: 3).encoded(as: format, path: "a")
      let start = try #require(whole.range(of: format == .png ? Data("IDAT".utf8) : Data([0xff, 0xda])))
      for count in [4, 20, start.upperBound, start.upperBound + 12] {
        #expect(throws: ImageError.self, "\(format) \(count)") {
          try Image(encoded: whole.prefix(count), path: "a", options: Self.lenient)
        }
      }
    }
  }

  @Test func aWrongChecksumIsOverlookedOnRequest() throws {
    let image = Image.pattern(width: 20, height: 20, channels: 3)
    var data = try image.encoded(as: .png, path: "a")
    data[data.count - 13] ^= 1  // the last byte of the pixels' checksum
    #expect(throws: ImageError.self) { try Image(encoded: data, path: "a") }
    let read = try Image(encoded: data, path: "a", options: Self.lenient)
    #expect(read.pixels == image.pixels)
    guard case .incomplete = read.metadata.notices.last else { Issue.record("\(read.metadata)"); return }
  }
}
