import Foundation

/// The chunks of a WebP file that hold metadata (RFC 9649).
enum WebPChunks {
  /// Reads a whole file from its beginning, except for its pixels.
  static func read(_ file: inout FileBytes) -> EmbeddedMetadata {
    var found = EmbeddedMetadata()
    var frameCount = 0
    guard let beginning = file.next(12) else { return found }
    // What follows the stated size belongs to no chunk: downloads that were cut short may end in any number of zeros.
    let end = 8 + beginning[4..<8].littleEndianInteger
    while file.position < end, let head = file.next(8), head[0] != 0 {
      let (name, size) = (String(decoding: head.prefix(4), as: UTF8.self), head[4...].littleEndianInteger)
      if name == "ANMF" { frameCount += 1 }
      guard ["ICCP", "EXIF", "XMP "].contains(name), size <= EmbeddedMetadata.largestPartSize else {
        guard file.skip(size + size % 2) else { break }
        continue
      }
      guard let bytes = file.next(size), !bytes.isEmpty else { break }
      switch name {
      case "ICCP": found.iccProfile = found.iccProfile ?? Data(bytes)
      case "EXIF": found.exif = found.exif ?? Data(bytes.has("Exif\0\0") ? bytes[6...] : bytes[...])
      default: found.xmp = found.xmp ?? Data(bytes)
      }
      if size % 2 == 1 && !file.skip(1) { break }
    }
    if frameCount > 1 { found.notices.append(.firstFrame(of: frameCount)) }
    return found
  }

  /// The chunks for a file with this metadata, and notices of what WebP has no room for.
  static func chunks(for metadata: ImageMetadata) -> (chunks: [FileSegment], notices: [ImageNotice]) {
    let parts = [("ICCP", metadata.iccProfile), ("EXIF", metadata.exif), ("XMP ", metadata.xmp)]
    let chunks = parts.compactMap { name, data in
      data.map { FileSegment(kind: Array(name.utf8), bytes: Array($0)) }
    }
    let isIPTCLost = metadata.iptc != nil
    return (chunks, isIPTCLost ? [.leftOut("IPTC", reason: "WebP has no place for it")] : [])
  }
}
