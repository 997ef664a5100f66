import Foundation
import Images
import Testing

struct FormatWritingTests {
  private func read(_ image: Image, as format: ImageFileFormat) throws -> Image {
    try Image(encoded: image.encoded(as: format, path: "a"), path: "a")
  }

  @Test(arguments: 1...4, [Image.BitDepth.eight, .sixteen])
  func tiffKeepsEverySample(channels: Int, bitDepth: Image.BitDepth) throws {
    let image = Image.pattern(width: 301, height: 317, channels: channels, bitDepth: bitDepth)
    #expect(try read(image, as: .tiff) == image)
  }

  /// EXIF data's byte order is that of the file which begins with them.
  @Test(arguments: [true, false]) func tiffKeepsMetadata(isLittleEndian: Bool) throws {
    let metadata = ImageMetadata(
      exif: Exif.data(orientation: 1, isLittleEndian: isLittleEndian),
      xmp: Data("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>".utf8), iptc: Data([0x1c, 2, 120, 0, 3, 0x61, 0x62, 0x63]),
      iccProfile: try Golden.image("profile-p3.png").metadata.iccProfile,
      resolution: ImageResolution(horizontal: 300, vertical: 150.5))
    let image = Image.pattern(width: 9, height: 7, channels: 3, bitDepth: .sixteen, metadata: metadata)
    let read = try read(image, as: .tiff)
    #expect(read.metadata.xmp == metadata.xmp && read.metadata.iptc == metadata.iptc)
    #expect(read.metadata.iccProfile == metadata.iccProfile && read.metadata.resolution == metadata.resolution)
    #expect(read.metadata.exif?.prefix(4) == metadata.exif?.prefix(4))
    #expect(try self.read(read, as: .tiff).metadata.exif == read.metadata.exif)
  }

  @Test(arguments: 1...4) func webPIsLosslessAtQuality100(channels: Int) throws {
    let image = Image.pattern(width: 31, height: 17, channels: channels)
    let read = try read(image, as: .webP(quality: 100))
    #expect(read.pixels == image.withColors().pixels)
  }

  @Test func webPComesNearAndKeepsAlpha() throws {
    let image = try Golden.image("formats/raw.tif")
    let fine = try image.encoded(as: .webP(quality: 95), path: "a")
    let coarse = try image.encoded(as: .webP(quality: 30), path: "a")
    #expect(coarse.count < fine.count)
    #expect(try Image(encoded: fine, path: "a").peakSignalToNoiseRatio(to: image) > 30)
    let opaque = Image(
      width: 8, height: 8, channels: 4, pixels: (0..<64).flatMap { _ in [0.2, 0.4, 0.6, 0.4] as [Float] })
    let read = try read(opaque, as: .webP(quality: 90))
    #expect(read.channels == 4 && read.pixels.enumerated().allSatisfy { $0 % 4 != 3 || abs($1 - 0.4) < 0.01 })
  }

  @Test func webPKeepsMetadata() throws {
    let metadata = ImageMetadata(
      exif: Exif.data(orientation: 1, isLittleEndian: false), xmp: Data("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>".utf8),
      iptc: Data([0x1c, 2, 120, 0, 3, 0x61, 0x62, 0x63]),
      iccProfile: try Golden.image("profile-p3.png").metadata.iccProfile)
    let image = Image.pattern(width: 9, height: 7, channels: 3, metadata: metadata)
    for quality in [80, 100] {
      let read = try read(image, as: .webP(quality: quality))
      #expect(read.metadata.exif == metadata.exif && read.metadata.xmp == metadata.xmp)
      #expect(read.metadata.iccProfile == metadata.iccProfile)
    }
    #expect(
      ImageFileFormat.webP().notices(for: image.header) == [.leftOut("IPTC", reason: "WebP has no place for it")])
  }

  @Test func grayProfilesDoNotEndInRGBFiles() throws {
    let gray = try Golden.image("profile-gray.png")
    let read = try read(gray, as: .webP(quality: 100))
    #expect(try read.grayscale().withoutAlpha().peakSignalToNoiseRatio(to: gray.withoutAlpha()) > 45)
    #expect(read.metadata.notices.isEmpty)
  }
}
