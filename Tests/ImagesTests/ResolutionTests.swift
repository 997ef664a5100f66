import Foundation
import Images
import TestSupport
import Testing

struct ResolutionTests {
  private func again(_ resolution: ImageResolution?, exif: Data? = nil, as format: ImageFileFormat) throws -> Image {
    let image = Image.pattern(
      width: 3, height: 2, channels: 3, metadata: ImageMetadata(exif: exif, resolution: resolution))
    return try Image(encoded: image.encoded(as: format, path: "a"), path: "a")
  }

  /// EXIF with an orientation and a resolution: the two rationals lie behind the directory.
  private func exif(_ x: (Int, Int), _ y: (Int, Int), unit: UInt8?, orientation: UInt8 = 1) -> Data {
    func entry(_ tag: Int, _ kind: Int, _ value: [UInt8]) -> [UInt8] {
      [UInt8](bigEndian: tag, count: 2) + [UInt8](bigEndian: kind, count: 2) + [0, 0, 0, 1] + value
    }
    let count = unit == nil ? 3 : 4
    let start = 8 + 2 + 12 * count + 4
    var bytes = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, UInt8(count)] + entry(0x112, 3, [0, orientation, 0, 0])
    bytes += entry(0x11a, 5, [UInt8](bigEndian: start, count: 4))
    bytes += entry(0x11b, 5, [UInt8](bigEndian: start + 8, count: 4))
    if let unit { bytes += entry(0x128, 3, [0, unit, 0, 0]) }
    bytes += [0, 0, 0, 0]
    for number in [x.0, x.1, y.0, y.1] { bytes += [UInt8](bigEndian: number, count: 4) }
    return Data(bytes)
  }

  @Test(arguments: [72, 96, 300, 600, 1200, 65535])
  func dotsPerInchSurviveWhicheverWayTheFormatChanges(density: Int) throws {
    let resolution = ImageResolution(horizontal: Double(density), vertical: Double(density))
    var image = try again(resolution, as: .jpeg())
    for format in [ImageFileFormat.png, .jpeg(), .png, .png, .jpeg(quality: 80)] {
      image = try Image(encoded: image.encoded(as: format, path: "a"), path: "a")
      let found = try #require(image.metadata.resolution)
      #expect(found.isAbout(try #require(resolution)) && Int(found.horizontal.rounded()) == density)
    }
    #expect(image.metadata.resolution == resolution)  // JPEG's numbers are whole again
  }

  @Test func bothAxesAndOtherUnitsSurvive() throws {
    let centimeters = try #require(ImageResolution(horizontal: 118 * 2.54, vertical: 59 * 2.54))
    #expect(centimeters.jfif == .init(unit: 2, x: 118, y: 59))
    let shape = try #require(ImageResolution(horizontal: 16, vertical: 15, hasUnit: false))
    #expect(shape.jfif == .init(unit: 0, x: 16, y: 15))
    for resolution in [centimeters, shape] {
      for format in [ImageFileFormat.png, .jpeg()] {
        #expect(try #require(again(resolution, as: format).metadata.resolution).isAbout(resolution))
      }
    }
    let wide = try #require(ImageResolution(horizontal: 3_000_000, vertical: 1_000_000, hasUnit: false))
    #expect(wide.jfif == .init(unit: 0, x: 65535, y: 21845))
  }

  /// 300 dpi are 11811 pixels per metre.
  @Test func theBytesAreThoseOfTheFormats() throws {
    let resolution = ImageResolution(horizontal: 300, vertical: 300)
    let image = Image.pattern(width: 3, height: 2, channels: 3, metadata: ImageMetadata(resolution: resolution))
    let png = try image.encoded(as: .png, path: "a")
    #expect(png.range(of: Data("pHYs".utf8) + Data([0, 0, 0x2e, 0x23, 0, 0, 0x2e, 0x23, 1])) != nil)
    let jpeg = try image.encoded(as: .jpeg(), path: "a")
    #expect(jpeg.range(of: Data("JFIF\0".utf8) + Data([1, 1, 1, 1, 0x2c, 1, 0x2c])) != nil)
    let none = Image.pattern(width: 3, height: 2, channels: 3)
    #expect(try none.encoded(as: .png, path: "a").range(of: Data("pHYs".utf8)) == nil)
    #expect(try none.encoded(as: .jpeg(), path: "a").range(of: Data([1, 1, 0, 0, 1, 0, 1])) != nil)
  }

  @Test func saysNothingWhereTheFileSaysNothing() throws {
    for format in [ImageFileFormat.png, .jpeg()] { #expect(try again(nil, as: format).metadata.resolution == nil) }
    for (x, y, hasUnit) in [
      (0, 300, true), (300, 0, true), (1, 1, false), (.nan, 1, true), (.infinity, 1, true), (-1, 1, true),
    ]
      as [(Double, Double, Bool)]
    {
      #expect(ImageResolution(horizontal: x, vertical: y, hasUnit: hasUnit) == nil)
    }
    #expect(ImageResolution(physicalSize: [0, 0, 0, 1]) == nil && ImageResolution(jfif: [1, 1, 1, 0]) == nil)
    #expect(ImageResolution(jfif: [1, 1, 9, 1, 1, 1, 1]) == nil)
    // Numbers that a format has no room for.
    let enormous = ImageResolution(horizontal: 1e9, vertical: 1e9)
    #expect(
      try again(enormous, as: .jpeg()).metadata.resolution == nil
        && again(enormous, as: .png).metadata.resolution == nil)
  }

  @Test func exifIsReadWhereTheFileItselfSaysNothing() throws {
    for (unit, factor) in [(nil, 1), (2, 1), (3, 2.54), (1, nil)] as [(UInt8?, Double?)] {
      let data = exif((3000, 10), (2400, 10), unit: unit)
      let found = try again(nil, exif: data, as: .png).metadata
      guard let factor else {
        #expect(found.resolution?.hasUnit == false)
        continue
      }
      let expected = try #require(ImageResolution(horizontal: 300 * factor, vertical: 240 * factor))
      #expect(try #require(found.resolution).isAbout(expected))
      #expect(found.exif == data)  // says so already
    }
    for numbers in [(0, 1), (1, 0), (0, 0)] {
      #expect(try again(nil, exif: exif(numbers, numbers, unit: 2), as: .png).metadata.resolution == nil)
    }
  }

  @Test func exifAgreesWithWhatIsWritten() throws {
    let resolution = try #require(ImageResolution(horizontal: 300, vertical: 240))
    for unit in [nil, 1, 2, 3] as [UInt8?] {
      for format in [ImageFileFormat.png, .jpeg()] {
        let found = try again(resolution, exif: exif((72, 1), (72, 1), unit: unit), as: format).metadata
        #expect(try #require(found.resolution).isAbout(resolution))
        let stated = try #require(found.exif.flatMap(ExifData.init)?.resolution)
        #expect(stated.isAbout(resolution), "\(stated)")
      }
    }
    // Links beyond the data are left alone.
    var broken = exif((72, 1), (72, 1), unit: 2)
    broken.removeLast(9)
    #expect(try again(resolution, exif: broken, as: .png).metadata.exif == broken)
  }

  @Test func turningSwapsTheAxes() throws {
    for orientation in 1...8 as ClosedRange<UInt8> {
      let found = try again(nil, exif: exif((300, 1), (240, 1), unit: 2, orientation: orientation), as: .png).metadata
      #expect(found.resolution?.horizontal == (orientation < 5 ? 300 : 240))
      let written = try again(found.resolution, exif: found.exif, as: .jpeg()).metadata
      #expect(written.resolution == found.resolution)
      #expect(written.exif.flatMap(ExifData.init)?.resolution == found.resolution)
    }
  }

  @Test func resultsOfAnotherSizeKeepIt() throws {
    let image = try again(ImageResolution(horizontal: 300, vertical: 300), as: .jpeg())
    #expect(image.resized(toWidth: 30, height: 20).metadata.resolution == image.metadata.resolution)
    #expect(image.metadata.limited(to: .withoutLocation).resolution == image.metadata.resolution)
    #expect(image.metadata.limited(to: .nothing).resolution == nil)
  }
}
