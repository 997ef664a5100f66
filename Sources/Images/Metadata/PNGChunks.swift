import Foundation

/// The chunks of a PNG file that hold metadata (W3C's PNG specification, 3rd edition, 11.3; XMP specification part 3,
/// 1.1.5). They may also follow the pixels.
enum PNGChunks {
  private static let xmpKeyword = "XML:com.adobe.xmp"
  private static let signatureSize = 8

  /// Reads a whole file from its beginning, except for its pixels.
  static func read(_ file: inout FileBytes) -> EmbeddedMetadata {
    var reading = Reading()
    guard file.skip(signatureSize) else { return reading.found }
    // Downloads that were cut short may end in any number of zeros, which are no chunks.
    while let head = file.next(8), head[4] != 0 {
      let (size, type) = (head.prefix(4).bigEndianInteger, String(decoding: head.dropFirst(4), as: UTF8.self))
      if type == "IEND" { break }
      if type == "IDAT" { reading.hasSeenPixels = true }
      guard Reading.types.contains(type), size <= EmbeddedMetadata.largestPartSize else {
        guard file.skip(size + 4) else { break }
        continue
      }
      guard let bytes = file.next(size), let checksum = file.next(4) else { break }
      guard checksum.bigEndianInteger == Deflate.checksum(Array(head.dropFirst(4)), bytes) else { continue }
      reading.take(type, bytes)
    }
    reading.colors.apply(to: &reading.found)
    return reading.found
  }

  private struct Reading {
    static let types: Set = [
      "IHDR", "cICP", "iCCP", "sRGB", "cHRM", "gAMA", "acTL", "pHYs", "eXIf", "iTXt", "zTXt", "tEXt",
    ]

    var found = EmbeddedMetadata()
    var colors = PNGColors()
    var hasSeenPixels = false
    /// The kinds already read: each is read only once, however often a hostile file repeats it.
    private var seen: Set<String> = []

    mutating func take(_ type: String, _ bytes: [UInt8]) {
      switch type {
      case "eXIf":
        if found.exif == nil && !bytes.isEmpty { found.exif = Data(bytes) }
      case "iTXt", "zTXt", "tEXt":
        takeText(PNGText(type: type, bytes: bytes))
      default:
        if !hasSeenPixels && seen.insert(type).inserted { takeBeforePixels(type, bytes) }
      }
    }

    private mutating func takeBeforePixels(_ type: String, _ bytes: [UInt8]) {
      switch type {
      case "IHDR":
        colors.isGray = bytes.count == 13 && bytes[9] & 2 == 0  // the colour type's bit for colours
      case "cICP":
        colors.codePoints = bytes
      case "cHRM":
        colors.chromaticities = bytes
      case "iCCP":
        let compressed = bytes.drop { $0 != 0 }.dropFirst(2)  // the name's terminator and the compression method
        found.iccProfile = Deflate.inflated(compressed, limit: EmbeddedMetadata.largestPartSize).map { Data($0) }
        if found.iccProfile == nil { found.notices.append(.profileIgnored(reason: "it cannot be decompressed")) }
      case "sRGB":
        found.isSRGB = true
      case "gAMA":
        found.gamma = bytes.count == 4 ? Double(bytes.bigEndianInteger) / 100_000 : nil
      case "pHYs":
        found.resolution = ImageResolution(physicalSize: bytes)
      default:  // acTL, which marks an animation
        let frameCount = bytes.prefix(4).bigEndianInteger
        if bytes.count == 8 && frameCount > 1 { found.notices.append(.firstFrame(of: frameCount)) }
      }
    }

    private mutating func takeText(_ text: PNGText?) {
      guard let text, text.keyword == xmpKeyword || text.keyword.hasPrefix(RawProfile.keyword),
        seen.insert(text.keyword).inserted, let content = text.content()
      else { return }
      if text.keyword == xmpKeyword {
        found.xmp = found.xmp ?? Data(content)
      } else if let profile = RawProfile.bytes(of: content) {
        takeProfile(text.keyword.dropFirst(RawProfile.keyword.count).lowercased(), profile)
      }
    }

    /// Metadata in the form that ImageMagick and ExifTool used before PNG had chunks for it.
    private mutating func takeProfile(_ kind: String, _ bytes: [UInt8]) {
      let exif = Array("Exif\0\0".utf8)
      switch kind {
      case "exif", "app1":
        guard found.exif == nil else { return }
        if bytes.starts(with: exif) {
          found.exif = Data(bytes.dropFirst(exif.count))
        } else if kind == "exif" {
          found.exif = Data(bytes)
        }
      case "iptc", "8bim":
        found.iptc = found.iptc ?? (bytes.first == 0x1c ? Data(bytes) : PhotoshopResources.iptc(in: bytes))
      case "xmp":
        found.xmp = found.xmp ?? Data(bytes)
      case "icc", "icm":
        if !hasSeenPixels { found.iccProfile = found.iccProfile ?? Data(bytes) }
      default:
        break
      }
    }
  }

  /// The chunks for a file with this metadata, in order.
  static func chunks(for metadata: ImageMetadata) -> [FileSegment] {
    func chunk(_ type: String, _ bytes: [UInt8]) -> FileSegment { FileSegment(kind: Array(type.utf8), bytes: bytes) }
    var chunks: [FileSegment] = []
    if let profile = metadata.iccProfile {
      chunks.append(
        profile == ColorProfile.sRGB
          ? chunk("sRGB", [1])  // relative colorimetric, as in the conversion
          : chunk("iCCP", Array("ICC profile\0\0".utf8) + Deflate.deflated(Array(profile))))
    }
    if let size = metadata.resolution?.physicalSize { chunks.append(chunk("pHYs", size)) }
    if let exif = metadata.exif { chunks.append(chunk("eXIf", Array(exif))) }
    if let xmp = metadata.xmp {
      chunks.append(chunk("iTXt", Array("\(xmpKeyword)\0\0\0\0\0".utf8) + Array(xmp)))
    }
    if let iptc = metadata.iptc {
      let text = RawProfile.text(holding: PhotoshopResources.holding(iptc: iptc), kind: "iptc")
      chunks.append(chunk("zTXt", Array("\(RawProfile.keyword)iptc\0\0".utf8) + Deflate.deflated(text)))
    }
    return chunks
  }
}
