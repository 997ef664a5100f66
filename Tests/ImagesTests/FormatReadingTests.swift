import Foundation
import Images
import Tensors
import TestSupport
import Testing

/// WebP, TIFF, HEIC, AVIF and BMP files, made by scripts/golden/formats.py.
struct FormatReadingTests {
  private func file(_ name: String) -> URL { Golden.url("formats/\(name)") }

  private func expect(
    _ name: String, width: Int = 20, height: Int = 18, channels: Int, _ bitDepth: Image.BitDepth = .eight,
    within steps: Float
  ) throws {
    let image = try Image(contentsOf: file(name))
    #expect((image.width, image.height, image.channels) == (width, height, channels), "\(name)")
    #expect(image.bitDepth == bitDepth, "\(name)")
    let expected = try Golden.floats("formats/\(name).f32")
    let difference = zip(image.pixels, expected).map { abs($0 - $1) }.max() ?? 1
    #expect(image.pixels.count == expected.count && difference <= steps / 255, "\(name) differs by \(difference * 255)")
    #expect(try ImageHeader(contentsOf: file(name)) == image.header, "\(name)")
    for region in [
      ImageRegion(x: 3, y: 2, width: 14, height: 13), ImageRegion(x: 15, y: 17, width: 3, height: 1),
      ImageRegion(x: 0, y: 16, width: 1, height: 2),
    ] {
      let part = try Image(contentsOf: file(name), region: region)
      #expect(
        part.pixels == image.cropped(x: region.x, y: region.y, width: region.width, height: region.height).pixels,
        "\(name) \(region)")
    }
  }

  @Test(arguments: [("lossy", 3), ("animated", 3), ("lossy-alpha", 4), ("lossless-alpha", 4)])
  func webP(name: String, channels: Int) throws {
    try expect("\(name).webp", channels: channels, within: 0.01)
  }

  @Test(arguments: [
    ("raw", 3), ("tiff_lzw", 3), ("tiff_adobe_deflate", 3), ("packbits", 3), ("bilevel", 1), ("palette", 3),
    ("cmyk", 3),
    ("pages", 3), ("gray-alpha", 2), ("tiles", 3), ("planes", 3), ("alpha", 4), ("from-white", 1),
  ])
  func tiff(name: String, channels: Int) throws {
    try expect("\(name).tif", channels: channels, within: name == "cmyk" ? 0.51 : 0.01)
  }

  @Test(arguments: [
    ("rgb16", 3), ("rgb16-big-endian", 3), ("rgb16-bigtiff", 3), ("gray16", 1), ("plane-tiles16", 3),
  ])
  func tiffOfSixteenBits(name: String, channels: Int) throws {
    try expect("\(name).tif", channels: channels, .sixteen, within: 0.0001)
  }

  @Test func tiffCompressedAsJPEG() throws { try expect("jpeg.tif", channels: 3, within: 2.01) }

  @Test func alphaIsNoLongerMultiplied() throws { try expect("associated-alpha.tif", channels: 4, within: 0.01) }

  /// Decoders differ in rounding, and encoders lose something.
  @Test func heif() throws {
    try expect("metadata.heic", channels: 3, within: 1.01)
    // Turned by the file itself, and not once more by EXIF.
    try expect("turned.heic", width: 18, height: 20, channels: 3, within: 1.01)
    try expect("alpha.heic", channels: 4, within: 1.01)
    try expect("color.avif", channels: 3, within: 1.01)
    try expect("ten.heic", channels: 3, .sixteen, within: 1.01)
    try expect("twelve.heic", channels: 3, .sixteen, within: 1.01)
  }

  @Test(arguments: [
    ("bilevel", 3), ("gray", 3), ("palette", 3), ("color", 3), ("color32", 3), ("alpha", 4), ("top-down", 3),
  ])
  func bitmaps(name: String, channels: Int) throws { try expect("\(name).bmp", channels: channels, within: 0.01) }

  @Test func onlyTheFirstOfSeveralIsRead() throws {
    #expect(try Image(contentsOf: file("pages.tif")).metadata.notices == [.firstPage(of: 3)])
    #expect(try Image(contentsOf: file("animated.webp")).metadata.notices == [.firstFrame(of: 2)])
    #expect("\(ImageNotice.firstPage(of: 3))" == "it has 3 pages, and the first is all that is read")
  }

  @Test(arguments: ["metadata.webp", "metadata.tif", "metadata.heic", "color.avif"])
  func metadata(name: String) throws {
    let image = try Image(contentsOf: file(name))
    let isHEIF = name.hasSuffix(".heic") || name.hasSuffix(".avif")
    #expect((image.width, image.height) == (isHEIF ? (20, 18) : (18, 20)), "\(name)")
    let metadata = image.metadata
    let exif = try #require(metadata.exif)
    #expect(exif.range(of: Data("Maker".utf8)) != nil && exif.range(of: Data("2024:05:06".utf8)) != nil)
    #expect(metadata.iccProfile != nil)
    if name != "color.avif" { #expect(metadata.xmp == Data("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>".utf8)) }
    if name == "metadata.tif" {
      #expect(metadata.iptc == Data([0x1c, 2, 120, 0, 3, 0x61, 0x62, 0x63]))
      #expect(metadata.resolution?.horizontal == 300)
    }
    // EXIF is upright now, in every format.
    for format in [ImageFileFormat.png, .jpeg(), .webP(), .tiff] {
      let read = try Image(encoded: image.encoded(as: format, path: "a"), path: "a")
      #expect((read.width, read.height) == (image.width, image.height), "\(name) \(format)")
      let exif = try #require(read.metadata.exif)
      #expect(exif.range(of: Data("Maker".utf8)) != nil && exif.range(of: Data("2024:05:06".utf8)) != nil)
      #expect(read.metadata.xmp == metadata.xmp && read.metadata.iccProfile == metadata.iccProfile)
    }
  }

  @Test func whatTheBytesSayCounts() throws {
    let folder = try TemporaryFolder()
    let url = try folder.add("photo.jpg", Data(contentsOf: file("lossy.webp")))
    #expect(try Image(contentsOf: url) == Image(contentsOf: file("lossy.webp")))
  }

  @Test(arguments: ["linear.dng", "thumbnail.nef"])
  func camerasFilesAreNotTakenForTheirThumbnails(name: String) throws {
    let error = #expect(throws: ImageError.self) { try Image(contentsOf: file(name)) }
    #expect(
      error?.description.hasSuffix("\(name) is camera RAW, which is not read: develop it to TIFF or JPEG first") == true
    )
  }

  @Test func otherSamplesAreRefusedInWords() throws {
    let error = #expect(throws: ImageError.self) { try Image(contentsOf: file("float.tif")) }
    #expect(
      error?.description.hasSuffix(
        "its samples are floating-point numbers of 32 bits, and whole numbers of up to 16 "
          + "are read: convert it") == true)
    guard case .unsupported = error else { Issue.record("\(String(describing: error))"); return }
  }

  /// A whole file in an unread form is not called damaged, whose remedy would be to read what is left of it.
  @Test(arguments: [(28, [16, 0]), (30, [1, 0, 0, 0]), (14, [12, 0, 0, 0])] as [(Int, [UInt8])])
  func bitmapsOfOtherFormsAreNotCalledDamaged(offset: Int, bytes: [UInt8]) throws {
    var data = try Data(contentsOf: file("color.bmp"))
    data.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    let error = #expect(throws: ImageError.self) { try Image(encoded: data, path: "a.bmp") }
    guard case .unsupported = error else { Issue.record("\(String(describing: error))"); return }
  }

  @Test func bitmapsMayHoldSomethingInReservedBytes() throws {
    var data = try Data(contentsOf: file("color.bmp"))
    data.replaceSubrange(6..<10, with: [5, 0, 7, 0])
    #expect(try Image(encoded: data, path: "a.bmp") == Image(contentsOf: file("color.bmp")))
  }

  /// A preallocated download ends in zeros, which must not be walked through as if they were chunks.
  @Test func nothingIsLookedForBehindTheImage() throws {
    let exif = try [UInt8](#require(Image(contentsOf: file("metadata.webp")).metadata.exif))
    let size = withUnsafeBytes(of: UInt32(exif.count).littleEndian, Array.init)
    let webP = try Data(contentsOf: file("lossy.webp")) + Data("EXIF".utf8) + size + exif
    #expect(try Image(encoded: webP, path: "a").metadata.exif == nil)
    let withoutEnd = try Data(contentsOf: Golden.url("rgb.png")).dropLast(12)
    let chunk = pngChunk("eXIf", exif)
    let lenient = ImageReadingOptions(isLenient: true)
    #expect(try Image(encoded: withoutEnd + chunk, path: "a", options: lenient).metadata.exif == Data(exif))
    let zeros = Data(count: 12)
    #expect(try Image(encoded: withoutEnd + zeros + chunk, path: "a", options: lenient).metadata.exif == nil)
  }

  @Test(arguments: [
    "lossy.webp", "lossless-alpha.webp", "animated.webp", "tiff_lzw.tif", "tiles.tif", "planes.tif",
    "rgb16-bigtiff.tif",
    "jpeg.tif", "metadata.heic", "color.avif", "color.bmp",
  ])
  func cutFilesAreDamaged(name: String) throws {
    let data = try Data(contentsOf: file(name))
    for count in stride(from: 13, to: data.count - 20, by: max(1, data.count / 40)) {
      let lenient = ImageReadingOptions(isLenient: true)
      _ = try? Image(encoded: data.prefix(count), path: "a", options: lenient)
      let read = try? Image(encoded: data.prefix(count), path: "a")
      // What is lost may be metadata, or another frame.
      #expect(read == nil || count > data.count / 2, "\(name) of \(count) bytes")
    }
  }

  @Test func aCutFileIsReadAsFarAsItGoes() throws {
    let random = Random(seed: 1, purpose: "noise")
    let pixels = (0..<64 * 400 * 3).map { Float(random.integer(in: 0..<256, at: $0)) / 255 }
    let image = Image(width: 64, height: 400, channels: 3, pixels: pixels)
    for format in [ImageFileFormat.webP(quality: 100), .tiff] {
      let whole = try image.encoded(as: format, path: "a")
      var cut = whole.prefix(whole.count / 2)
      // A TIFF file's directory is at its end: it is the strips that are overwritten instead.
      if format == .tiff {
        cut = whole
        cut.replaceSubrange(20_000..<cut.count - 400, with: Data(count: cut.count - 400 - 20_000))
      }
      #expect(throws: ImageError.self) { try Image(encoded: cut, path: "a") }
      let read = try Image(encoded: cut, path: "a", options: ImageReadingOptions(isLenient: true))
      guard case .incomplete(_, let row) = read.metadata.notices.last else { Issue.record("\(format)"); continue }
      // Damage may be noticed some rows late.
      #expect(row > 90 && read.pixels.prefix(64 * 3 * 90) == image.pixels.prefix(64 * 3 * 90))
    }
  }

  @Test func aBitmapWithoutAnyRowIsNotReadAsGray() throws {
    let data = try Data(contentsOf: file("color.bmp"))
    let lenient = ImageReadingOptions(isLenient: true)
    #expect(throws: ImageError.self) { try Image(encoded: data.prefix(54 + 50), path: "a", options: lenient) }
    let read = try Image(encoded: data.prefix(54 + 70), path: "a", options: lenient)
    #expect(read.pixels.suffix(60) == (try Image(contentsOf: file("color.bmp"))).pixels.suffix(60))
  }

  @Test func largeFilesAreRefused() throws {
    for name in ["lossy.webp", "rgb16.tif", "metadata.heic", "color.bmp"] {
      #expect(throws: ImageError.tooLarge(path: file(name).relativePath, width: 20, height: 18, limit: 359)) {
        try Image(contentsOf: file(name), options: ImageReadingOptions(largestPixelCount: 359))
      }
    }
  }
}
