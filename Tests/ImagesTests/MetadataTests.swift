import Foundation
import Images
import TestSupport
import Testing

struct MetadataTests {
  @Test(arguments: [ImageFileFormat.png, .jpeg()])
  func survivesReadingAndWriting(format: ImageFileFormat) throws {
    var profile = try #require(Golden.image("profile-p3.png").metadata.iccProfile)
    profile += Data(count: 150_000)  // more than one segment of a JPEG file
    profile.replaceSubrange(0..<4, with: withUnsafeBytes(of: UInt32(profile.count).bigEndian, Array.init))
    let metadata = ImageMetadata(
      exif: Exif.data(orientation: 1, isLittleEndian: false), xmp: Data("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>".utf8),
      iptc: Data([0x1c, 2, 120, 0, 3, 0x61, 0x62, 0x63]), iccProfile: profile)
    let image = Image.pattern(width: 9, height: 7, channels: 3, metadata: metadata)
    var read = try Image(encoded: image.encoded(as: format, path: "a"), path: "a")
    read.metadata.wideColors = nil  // the pattern has some
    #expect(read.metadata == metadata)
  }

  /// Metadata that ExifTool wrote (scripts/golden/metadata.py) are read alike from either format, and kept.
  @Test func exifToolsFilesAreCarriedIntoBothFormats() throws {
    let (jpeg, png) = (try Golden.image("metadata.jpg"), try Golden.image("metadata.png"))
    #expect((jpeg.width, jpeg.height, png.width, png.height) == (16, 24, 16, 24))
    #expect(jpeg.metadata.iptc == png.metadata.iptc && jpeg.metadata.iptc?.range(of: Data("A tower".utf8)) != nil)
    for image in [jpeg, png] {
      let xmp = String(decoding: try #require(image.metadata.xmp), as: UTF8.self)
      #expect(xmp.contains("größer") && xmp.contains("GPSLatitude") && !xmp.contains("tiff:Orientation"))
      for format in [ImageFileFormat.png, .jpeg()] {
        let again = try Image(encoded: image.encoded(as: format, path: "a"), path: "a")
        #expect(again.metadata.xmp == image.metadata.xmp && again.metadata.iptc == image.metadata.iptc)
        #expect(again.metadata.notices.isEmpty)
        // Except for the sizes, since the image has been turned.
        let pairs = zip(try #require(again.metadata.exif), try #require(image.metadata.exif))
        #expect(again.metadata.exif?.count == image.metadata.exif?.count && pairs.filter { $0 != $1 }.count == 2)
      }
    }
  }

  @Test func exifTellsTheSizeOfWhatIsWritten() throws {
    let image = try Golden.image("metadata.jpg").resized(toWidth: 300, height: 70_000)
    let exif = try #require(Image(encoded: image.encoded(as: .png, path: "a"), path: "a").metadata.exif)
    // Tag, kind (short, then long), count and number.
    #expect(exif.range(of: Data([0xa0, 0x02, 0, 3, 0, 0, 0, 1, 0x01, 0x2c, 0, 0])) != nil)
    #expect(exif.range(of: Data([0xa0, 0x03, 0, 4, 0, 0, 0, 1, 0, 0x01, 0x11, 0x70])) != nil)
  }

  @Test(arguments: ["metadata.jpg", "metadata.png"])
  func placesAreLeftOutOnRequest(name: String) throws {
    let metadata = try Golden.image(name).metadata
    let found = metadata.limited(to: .withoutLocation)
    #expect(found.iptc == metadata.iptc && found.iccProfile == metadata.iccProfile)
    let xmp = String(decoding: try #require(found.xmp), as: UTF8.self)
    #expect(!xmp.contains("GPS") && xmp.contains("größer") && xmp.contains("<Iptc4xmpExt:City>Paris"))
    let exif = try #require(found.exif)
    #expect(exif.count == metadata.exif?.count && exif.range(of: Data("A camera".utf8)) != nil)
    #expect(exif.range(of: Data("2024:05:06 07:08:09".utf8)) != nil)
    for trace in [Data([0x88, 0x25]), Data("2024:05:06\0".utf8), Data([0, 0, 0, 48, 0, 0, 0, 1])] {
      #expect(metadata.exif?.range(of: trace) != nil && exif.range(of: trace) == nil)
    }
    #expect(found.limited(to: .withoutLocation) == found)
    #expect(metadata.limited(to: .nothing) == ImageMetadata())
    #expect(metadata.limited(to: .everything) == metadata)
  }

  @Test(
    arguments: [
      ("<a gps='1' b=\"2\"/>", "<a b=\"2\"/>"), ("<a><x:GPSLatitude>1<b/></x:GPSLatitude>c</a>", "<a>c</a>"),
      ("<a><GpsX/>b<!-- <GPSLatitude> --></a>", "<a>b<!-- <GPSLatitude> --></a>"),
      ("<a d:Longitude = '>' ></a>", "<a ></a>"),
      ("<a><gps></a>", nil), ("<a b></a>", nil), ("<a b='", nil), ("</a>", nil), ("<", nil), ("<?x", nil),
      ("no XML", "no XML"),
    ] as [(String, String?)])
  func propertiesOfXMP(text: String, expected: String?) {
    let metadata = ImageMetadata(xmp: Data(text.utf8)).limited(to: .withoutLocation)
    #expect(metadata.xmp == expected.map { Data($0.utf8) })
  }

  /// Directories that link to themselves or beyond the data, or claim far more values than there are.
  @Test func hostileExifIsLeftOutWithItsPlaces() {
    func directory(_ entries: [(tag: UInt8, count: UInt8, value: UInt8)]) -> Data {
      let links = entries.flatMap {
        [$0.tag == 0x25 ? 0x88 : 0x87, $0.tag, 0, 4, 0, 0, 0, $0.count, 0, 0, 0, $0.value]
      }
      return Data([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, UInt8(entries.count)] + links + [0, 0, 0, 0])
    }
    for value in 0...255 as ClosedRange<UInt8> {
      for entries in [
        [(0x25, 1, value)], [(0x69, 1, value)], [(0x69, 1, 8), (0x25, 1, value)],
        [(0x25, 1, 8), (0x25, 255, value), (0x25, 255, 8)],
      ] as [[(UInt8, UInt8, UInt8)]] {
        for size in [20, 26, 38, 50] {
          let data = Data(directory(entries).prefix(size))
          let exif = ImageMetadata(exif: data).limited(to: .withoutLocation).exif
          #expect(exif == nil || exif?.count == data.count)
        }
      }
    }
  }

  @Test func whatJPEGHasNoRoomForIsSaid() throws {
    let large = ImageMetadata(exif: Exif.data(orientation: 1, isLittleEndian: true) + Data(count: 70_000))
    let header = ImageHeader(width: 3, height: 2, channels: 3, metadata: large)
    let notices = ImageFileFormat.jpeg().notices(for: header)
    guard case .leftOut("EXIF", _) = notices.first, notices.count == 1 else { Issue.record("\(notices)"); return }
    #expect(ImageFileFormat.png.notices(for: header).isEmpty)
    let image = Image.pattern(width: 3, height: 2, channels: 3, metadata: large)
    #expect(try Image(encoded: image.encoded(as: .jpeg(), path: "a"), path: "a").metadata.exif == nil)
    #expect(try Image(encoded: image.encoded(as: .png, path: "a"), path: "a").metadata == large)
  }

  @Test(arguments: 1...8, [false, true])
  func orientationIsAppliedAndReset(orientation: Int, isLittleEndian: Bool) throws {
    // Three columns and two rows as stored, and as seen upright.
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
      try image.resized(toWidth: 60, height: 60).peakSignalToNoiseRatio(
        to: expected.resized(toWidth: 60, height: 60)) > 30)
  }
}
