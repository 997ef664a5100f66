import Foundation

/// The segments of a JPEG file that hold metadata (ITU-T T.81, B.1.1; for their contents ITU-T T.871, Exif 2.32, 4.7.2, the XMP
/// specification part 3, 1.1, ICC.1:2022, B.4, and Photoshop's file formats).
enum JPEGSegments {
  private static let (app0, app1, app2, app13): (UInt8, UInt8, UInt8, UInt8) = (0xe0, 0xe1, 0xe2, 0xed)
  private static let jfif = Array("JFIF\0".utf8)
  private static let exif = Array("Exif\0\0".utf8)
  private static let xmp = Array("http://ns.adobe.com/xap/1.0/\0".utf8)
  private static let extendedXMP = Array("http://ns.adobe.com/xmp/extension/\0".utf8)
  private static let profile = Array("ICC_PROFILE\0".utf8)
  private static let photoshop = Array("Photoshop 3.0\0".utf8)
  /// The number of bytes that a segment can hold besides its length field.
  private static let largestSize = 0xffff - 2

  /// Reads a file from its beginning up to the pixels.
  static func read(_ file: inout FileBytes) -> EmbeddedMetadata {
    var found = EmbeddedMetadata()
    var resources: [UInt8] = []
    var profileParts: [Int: ArraySlice<UInt8>] = [:]
    var profilePartCount: Int?
    var hasExtendedXMP = false
    while let (marker, bytes) = nextSegment(&file) {
      if marker == app1, bytes.starts(with: exif), bytes.count > exif.count {
        if found.exif == nil { found.exif = Data(bytes.dropFirst(exif.count)) }
      } else if marker == app1, bytes.starts(with: xmp) {
        if found.xmp == nil { found.xmp = Data(bytes.dropFirst(xmp.count)) }
      } else if marker == app1, bytes.starts(with: extendedXMP) {
        hasExtendedXMP = true
      } else if marker == app2, bytes.starts(with: profile), bytes.count > profile.count + 2 {
        profilePartCount = profilePartCount ?? Int(bytes[profile.count + 1])
        profileParts[Int(bytes[profile.count])] = bytes.dropFirst(profile.count + 2)
      } else if marker == app0, bytes.starts(with: jfif) {
        found.resolution = found.resolution ?? ImageResolution(jfif: bytes.dropFirst(jfif.count))
      } else if marker == app13, bytes.starts(with: photoshop), resources.count < EmbeddedMetadata.largestPartSize {
        resources += bytes.dropFirst(photoshop.count)
      }
    }
    found.iptc = PhotoshopResources.iptc(in: resources)
    if let count = profilePartCount {
      let parts = (0..<count).compactMap { profileParts[$0 + 1] }
      if parts.count == count && count > 0 {
        found.iccProfile = Data(parts.joined())
      } else {
        found.notices.append(.profileIgnored(reason: "\(parts.count) of its \(count) parts are there"))
      }
    }
    if hasExtendedXMP {
      found.xmp = found.xmp.flatMap { XMPPacket($0).removing { $0.local == "HasExtendedXMP" } } ?? found.xmp
      found.notices.append(.leftOut("extended XMP", reason: "only the main part of XMP is carried"))
    }
    return found
  }

  /// The next segment that may hold metadata, and its bytes; nil at the first scan or the end.
  private static func nextSegment(_ file: inout FileBytes) -> (marker: UInt8, bytes: [UInt8])? {
    while let marker = nextMarker(&file) {
      switch marker {
      case 0x01, 0xd0...0xd8: continue  // markers without a segment
      case 0xd9, 0xda: return nil  // end of image, start of scan
      default: break
      }
      guard let size = file.next(2)?.bigEndianInteger, size >= 2 else { return nil }
      guard [app0, app1, app2, app13].contains(marker) else {
        guard file.skip(size - 2) else { return nil }
        continue
      }
      return file.next(size - 2).map { (marker, $0) }
    }
    return nil
  }

  /// Markers may be preceded by stray bytes and by fill bytes of 0xff.
  private static func nextMarker(_ file: inout FileBytes) -> UInt8? {
    var last: UInt8 = 0
    while let byte = file.byte() {
      if last == 0xff && byte != 0xff && byte != 0 { return byte }
      last = byte
    }
    return nil
  }

  /// The segments for a file with this metadata, and notices of what does not fit into them.
  static func segments(for metadata: ImageMetadata) -> (segments: [FileSegment], notices: [ImageNotice]) {
    var segments: [FileSegment] = []
    var notices: [ImageNotice] = []
    func append(_ marker: UInt8, _ signature: [UInt8], _ content: [UInt8], called name: String) {
      let bytes = signature + content
      if bytes.count <= largestSize {
        segments.append(FileSegment(kind: [marker, 0, 0, 0], bytes: bytes))
      } else {
        notices.append(.leftOut(name, reason: "it has \(content.count) bytes, and JPEG has room for \(largestSize)"))
      }
    }
    if let data = metadata.exif { append(app1, exif, Array(data), called: "EXIF") }
    if let data = metadata.xmp { append(app1, xmp, Array(data), called: "XMP") }
    if let data = metadata.iptc { append(app13, photoshop, PhotoshopResources.holding(iptc: data), called: "IPTC") }
    return (segments + profileSegments(metadata.iccProfile ?? Data()), notices)
  }

  private static func profileSegments(_ data: Data) -> [FileSegment] {
    let partSize = largestSize - profile.count - 2
    let starts = Array(stride(from: 0, to: data.count, by: partSize))
    return starts.enumerated().map { index, start in
      FileSegment(
        kind: [app2, 0, 0, 0],
        bytes: profile + [UInt8(index + 1), UInt8(starts.count)] + Array(data.dropFirst(start).prefix(partSize)))
    }
  }
}
