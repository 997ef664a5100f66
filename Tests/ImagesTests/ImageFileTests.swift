import Files
import Foundation
import Images
import TestSupport
import Testing

struct ImageFileTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test(arguments: 1...4, [Image.BitDepth.eight, .sixteen])
  func pngKeepsEverySample(channels: Int, bitDepth: Image.BitDepth) throws {
    let exif = Exif.data(orientation: 1, isLittleEndian: true)
    let image = Image.pattern(
      width: 31, height: 17, channels: channels, bitDepth: bitDepth, metadata: ImageMetadata(exif: exif))
    let url = folder.url.appending(path: "größe \(channels).png")
    try image.write(to: url, format: .png)
    #expect(try Image(contentsOf: url) == image)
  }

  @Test func writingRoundsToTheNearestAndClamps() throws {
    let values: [Float] = [-0.5, 0.49 / 255, 0.51 / 255, 254.49 / 255, 254.51 / 255, 7, .nan, .infinity]
    let image = Image(width: 8, height: 1, channels: 1, pixels: values)
    let read = try Image(encoded: image.encoded(as: .png, path: "a"), path: "a")
    #expect(read.pixels.map { Int(($0 * 255).rounded()) } == [0, 0, 1, 254, 255, 255, 0, 255])
  }

  @Test(arguments: [1, 3])
  func jpegComesNear(channels: Int) throws {
    let image = try Golden.image(channels == 1 ? "gray.png" : "rgb.png")
    let url = folder.url.appending(path: "a.jpg")
    try image.write(to: url, format: .jpeg(quality: 100))
    let read = try Image(contentsOf: url)
    #expect(read.channels == channels)
    #expect(try read.peakSignalToNoiseRatio(to: image) > 40)
    let small = try image.encoded(as: .jpeg(quality: 50), path: "a")
    #expect(try small.count < Data(contentsOf: url).count)
    #expect(try Image(encoded: small, path: "a").peakSignalToNoiseRatio(to: image) > 10)
  }

  @Test func colorKeepsItsResolutionFromQuality90On() throws {
    let image = Image(
      width: 16, height: 16, channels: 3, pixels: (0..<256).flatMap { $0 % 2 == 0 ? [1, 0, 0] : [0, 0, 1] as [Float] })
    let sharp = try Image(encoded: image.encoded(as: .jpeg(quality: 90), path: "a"), path: "a")
    let soft = try Image(encoded: image.encoded(as: .jpeg(quality: 89), path: "a"), path: "a")
    #expect(try sharp.peakSignalToNoiseRatio(to: image) > soft.peakSignalToNoiseRatio(to: image) + 5)
  }

  @Test func jpegLaysTransparentPartsOnWhite() throws {
    let image = Image(width: 8, height: 8, channels: 4, pixels: (0..<64).flatMap { _ in [0, 0, 0, 0.25] as [Float] })
    let read = try Image(encoded: image.encoded(as: .jpeg(), path: "a"), path: "a")
    #expect(read.channels == 3)
    #expect(read.pixels.allSatisfy { abs($0 - 0.75) < 0.01 })
  }

  @Test func inksBecomeColors() throws {
    let image = try Golden.image("cmyk.jpg")
    #expect(image.channels == 3)
    for (found, expected) in zip(image.pixels, [0, 191, 95] as [Float]) { #expect(abs(found * 255 - expected) <= 2) }
  }

  @Test func formatsFollowExtensions() {
    #expect(ImageFileFormat(pathExtension: "PNG") == .png)
    #expect(ImageFileFormat(pathExtension: "Jpeg", quality: 80) == .jpeg(quality: 80))
    #expect(ImageFileFormat(pathExtension: "JFIF") == .jpeg())
    #expect(ImageFileFormat(pathExtension: "webp", quality: 100) == .webP(quality: 100))
    #expect(ImageFileFormat(pathExtension: "tif") == .tiff)
    #expect(ImageFileFormat(pathExtension: "heic") == nil)
    #expect(ImageFileFormat(pathExtension: "txt") == nil)
  }

  @Test func aTextFileIsNoImage() throws {
    let url = try folder.add("x.jpg", Data("hello, world\n".utf8))
    #expect(throws: ImageError.notAnImage(path: url.relativePath, beginning: "\"hello, world\"")) {
      try Image(contentsOf: url)
    }
    let empty = try folder.add("empty.png", Data())
    let error = #expect(throws: ImageError.self) { try Image(contentsOf: empty) }
    #expect(error?.description == "\(empty.relativePath) is not an image of a known kind: it is empty")
  }

  @Test func aMissingFileAndAFolderCannotBeRead() throws {
    let missing = folder.url.appending(path: "none.png")
    #expect(throws: ImageError.cannotRead(path: missing.relativePath, reason: "No such file or directory")) {
      try Image(contentsOf: missing)
    }
    #expect(throws: ImageError.cannotRead(path: folder.url.relativePath, reason: "Is a directory")) {
      try Image(contentsOf: folder.url)
    }
  }

  @Test(arguments: [ImageFileFormat.png, .jpeg()])
  func aFileThatEndsEarlyIsDamaged(format: ImageFileFormat) throws {
    let whole = try Image.pattern(width: 40, height: 40, channels: 3).encoded(as: format, path: "a")
    for count in stride(from: 8, to: whole.count - 2, by: 61) {
      let error = #expect(throws: ImageError.self) { try Image(encoded: whole.prefix(count), path: "a") }
      guard case .damaged = error else { Issue.record("\(String(describing: error)) at \(count)"); continue }
    }
  }

  @Test func hugeSizesAreRefusedBeforeTheirMemoryIsTaken() throws {
    var jpeg = try Image.pattern(width: 8, height: 8, channels: 1).encoded(as: .jpeg(), path: "a")
    let frame = try #require(jpeg.range(of: Data([0xff, 0xc0, 0x00, 0x0b, 0x08])))
    jpeg.replaceSubrange(frame.upperBound..<frame.upperBound + 4, with: [0xff, 0x00, 0xff, 0x00])
    #expect(throws: ImageError.tooLarge(path: "a", width: 65280, height: 65280, limit: 1 << 28)) {
      try Image(encoded: jpeg, path: "a")
    }
  }

  @Test func aFolderThatIsMissingIsNamedWhenWriting() {
    let url = folder.url.appending(path: "none/a.png")
    #expect(throws: FileError.self) {
      try Image.pattern(width: 1, height: 1, channels: 1).write(to: url, format: .png)
    }
  }
}
