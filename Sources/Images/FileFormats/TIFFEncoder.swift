import Foundation

/// Encodes a TIFF file strip by strip, compressed by Deflate after taking differences of neighbours (TIFF 6.0, and its
/// supplement 2). Its directory follows the strips, and the header is then set to lead there.
///
/// EXIF data are TIFF too: the file begins with them, so that all offsets within them, makers' notes included, stay as
/// they are, and its own directory takes over their first one's entries.
final class TIFFEncoder: RowEncoder {
  private let file: ImageHeader
  private let output: any ImageFileOutput
  private let layout: TIFFLayout
  private let exifFields: [TIFFLayout.Field]
  private let rowSize: Int
  private let rowsPerStrip: Int
  /// Rows of a strip that is not complete.
  private var rows: [UInt8] = []
  private var position = 0
  private var strips: [(offset: Int, size: Int)] = []

  /// In bytes before compression.
  private static let stripSize = 1 << 18

  init(_ file: ImageHeader, output: any ImageFileOutput) throws {
    (self.file, self.output) = (file, output)
    rowSize = file.width * file.channels * file.bitDepth.rawValue / 8
    rowsPerStrip = min(file.height, max(1, Self.stripSize / rowSize))
    let exif = file.metadata.exif.map { Array($0) } ?? []
    if var structure = TIFFStructure(exif), let (entries, _) = structure.directory(at: structure.firstDirectory) {
      layout = TIFFLayout(isLittleEndian: structure.isLittleEndian)
      let kept = TIFFMetadata.descriptive.subtracting(TIFFMetadata.resolution)
        .union([TIFFMetadata.Tag.exifDirectory.rawValue, TIFFMetadata.Tag.gpsDirectory.rawValue])
      exifFields = entries.filter { kept.contains($0.tag) }.compactMap { entry in
        structure.value(entry).map { .init(tag: entry.tag, type: entry.type, count: entry.count, value: $0) }
      }
      try append(exif)
    } else {
      layout = TIFFLayout(isLittleEndian: true)
      exifFields = []
      try append(layout.bytes)
    }
  }

  func add(_ rowCount: Int, rows added: UnsafeRawBufferPointer) throws {
    for row in 0..<rowCount {
      rows.append(contentsOf: added[(row * rowSize)..<((row + 1) * rowSize)])
      if rows.count == rowsPerStrip * rowSize { try endStrip() }
    }
  }

  func finish() throws {
    if !rows.isEmpty { try endStrip() }
    let start = position
    try append(layout.directory(fields, at: start))
    try layout.number(start, 4).withUnsafeBytes { try output.replace(at: 4, with: $0) }
  }

  private func endStrip() throws {
    switch file.bitDepth {
    case .eight: rows.withUnsafeMutableBufferPointer { takeDifferences($0) }
    case .sixteen:
      rows.withUnsafeMutableBytes { bytes in
        let samples = bytes.bindMemory(to: UInt16.self)
        takeDifferences(samples)
        for i in samples.indices {
          samples[i] = layout.isLittleEndian ? samples[i].littleEndian : samples[i].bigEndian
        }
      }
    }
    let strip = Deflate.deflated(rows, level: 3)  // as fast as PNG's
    strips.append((position, strip.count))
    try append(strip)
    rows.removeAll(keepingCapacity: true)
  }

  /// Replaces each sample by how much it differs from the pixel before it in its row.
  private func takeDifferences<Sample: FixedWidthInteger>(_ samples: UnsafeMutableBufferPointer<Sample>) {
    let rowCount = file.width * file.channels
    for start in stride(from: 0, to: samples.count, by: rowCount) {
      for i in stride(from: start + rowCount - 1, through: start + file.channels, by: -1) {
        samples[i] &-= samples[i - file.channels]
      }
    }
  }

  /// Appends bytes, and one more if that makes the next position even.
  private func append(_ bytes: [UInt8]) throws {
    let padded = bytes.count % 2 == 1 ? bytes + [0] : bytes
    try padded.withUnsafeBytes(output.append)
    position += padded.count
  }

  private var fields: [TIFFLayout.Field] {
    let (gray, rgb, deflate, differences, contiguous, alpha, inch) = (1, 2, 8, 2, 1, 2, 2)
    var fields = [
      layout.field(0x0100, .long, [file.width]), layout.field(0x0101, .long, [file.height]),
      layout.field(0x0102, .short, Array(repeating: file.bitDepth.rawValue, count: file.channels)),
      layout.field(0x0103, .short, [deflate]),
      layout.field(0x0106, .short, [file.channels < 3 ? gray : rgb]),
      layout.field(0x0111, .long, strips.map(\.offset)), layout.field(0x0115, .short, [file.channels]),
      layout.field(0x0116, .long, [rowsPerStrip]), layout.field(0x0117, .long, strips.map(\.size)),
      layout.field(0x011c, .short, [contiguous]), layout.field(0x013d, .short, [differences]),
    ]
    if file.channels % 2 == 0 { fields.append(layout.field(0x0152, .short, [alpha])) }
    if let resolution = file.metadata.resolution {
      for (tag, number) in [(0x011a, resolution.horizontal), (0x011b, resolution.vertical)] {
        let thousandths = min(max(number * 1000, 1), Double(Int32.max)).rounded()
        fields.append(layout.field(tag, .rational, [Int(thousandths), 1000]))
      }
      fields.append(layout.field(0x0128, .short, [resolution.hasUnit ? inch : 1]))
    }
    func add(_ tag: TIFFMetadata.Tag, _ kind: TIFFLayout.Kind, _ data: Data?) {
      if let data {
        fields.append(.init(tag: tag.rawValue, type: kind.rawValue, count: data.count, value: Array(data)))
      }
    }
    add(.xmp, .byte, file.metadata.xmp)
    add(.iptc, .undefined, file.metadata.iptc)
    add(.iccProfile, .undefined, file.metadata.iccProfile)
    return fields + exifFields
  }
}
