import Foundation
import Images
import Testing

struct ImageRowWriterTests {
  /// The file written in parts: bands of rows, each of two parts side by side.
  private func encodedInParts(_ image: Image, as format: ImageFileFormat, bandHeight: Int) throws -> Data {
    let file = format.header(for: image.header)
    let output = EncodedBytes()
    let writer = try ImageRowWriter(file, format: format, path: "a", output: output)
    for y in stride(from: 0, to: image.height, by: bandHeight) {
      let height = min(bandHeight, image.height - y)
      var rows = SampleRows(of: file, y: y, height: height)
      let left = image.width / 3
      rows.place(image.cropped(x: 0, y: y, width: left, height: height), x: 0)
      rows.place(image.cropped(x: left, y: y, width: image.width - left, height: height), x: left)
      try writer.write(rows)
    }
    try writer.finish()
    return output.data
  }

  @Test(arguments: 1...4, [Image.BitDepth.eight, .sixteen])
  func partsMakeTheSameFileAsTheWhole(channels: Int, bitDepth: Image.BitDepth) throws {
    let metadata = ImageMetadata(exif: Exif.data(orientation: 1, isLittleEndian: true))
    let image = Image.pattern(width: 31, height: 50, channels: channels, bitDepth: bitDepth, metadata: metadata)
    for format in [ImageFileFormat.png, .jpeg(quality: 80), .webP(quality: 80), .webP(quality: 100), .tiff] {
      let whole = try image.encoded(as: format, path: "a")
      #expect(try encodedInParts(image, as: format, bandHeight: 17) == whole)
    }
  }

  @Test func jpegFilesTooLargeForCodesOfTheirOwnAreReadAllTheSame() throws {
    let image = Image(width: 4200, height: 4000, channels: 1, pixels: (0..<16_800_000).map { Float($0 % 4200) / 4200 })
    let read = try Image(encoded: image.encoded(as: .jpeg(quality: 95), path: "a"), path: "a")
    #expect(try read.peakSignalToNoiseRatio(to: image) > 40)
  }

  @Test func formatsHoldWhatTheyHaveRoomFor() throws {
    let long = Image(width: 65_501, height: 1, channels: 1, pixels: Array(repeating: 0.5, count: 65_501))
    let error = #expect(throws: ImageError.self) { try long.encoded(as: .jpeg(), path: "a.jpg") }
    #expect(
      error?.description == "cannot make a.jpg: it would measure 65501x1 pixels, and JPEG has room for 65500 a side: "
        + "make it smaller, or choose PNG")
    #expect(throws: ImageError.self) { try ImageFileFormat.webP().checkSize(of: long.header, path: "a.webp") }
    let large = ImageHeader(width: 40_000, height: 40_000, channels: 3)
    let tiffError = #expect(throws: ImageError.self) { try ImageFileFormat.tiff.checkSize(of: large, path: "a.tif") }
    #expect(
      tiffError?.description
        == "cannot make a.tif: it would measure 40000x40000 pixels, and TIFF has room for 3584 MiB of "
        + "samples: make it smaller, or choose PNG")
    let longer = Image(width: 1_000_001, height: 1, channels: 1, pixels: Array(repeating: 0.2, count: 1_000_001))
    let file = try longer.encoded(as: .png, path: "a")
    #expect(try Image(encoded: file, path: "a") == longer)
  }

  @Test func whatTakesTheBytesMayRefuseThem() throws {
    struct Full: Error {}
    final class FullDisk: ImageFileOutput {
      func append(_ bytes: UnsafeRawBufferPointer) throws { throw Full() }
      func replace(at offset: Int, with bytes: UnsafeRawBufferPointer) throws { throw Full() }
    }
    let image = Image.pattern(width: 9, height: 9, channels: 3)
    for format in [ImageFileFormat.png, .jpeg(), .webP(), .tiff] {
      #expect(throws: Full.self) {
        let writer = try ImageRowWriter(image.header, format: format, path: "a", output: FullDisk())
        try writer.write(SampleRows(of: image.header, y: 0, height: 9))
        try writer.finish()
      }
    }
  }
}
