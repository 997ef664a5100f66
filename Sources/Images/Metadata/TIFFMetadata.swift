import Foundation

/// The metadata of TIFF files (TIFF 6.0; EXIF 2.32, 4.6; XMP specification part 3, 3).
enum TIFFMetadata {
  enum Tag: Int {
    case kind = 0x00fe
    case photometric = 0x0106
    case orientation = 0x0112
    case subdirectories = 0x014a
    case xmp = 0x02bc
    case iptc = 0x83bb
    case photoshop = 0x8649
    case iccProfile = 0x8773
    case exifDirectory = 0x8769
    case gpsDirectory = 0x8825
    case interoperabilityDirectory = 0xa005
    case dngVersion = 0xc612
  }

  /// The tags of EXIF's first directory that tell something of the photograph: its description, camera, software, date,
  /// author and copyright, orientation, resolution, rating, and Windows' own. Others tell how pixels are stored.
  static let descriptive: Set<Int> = [
    0x010d, 0x010e, 0x010f, 0x0110, 0x0112, 0x011a, 0x011b, 0x0128, 0x0131, 0x0132, 0x013b, 0x013c, 0x4746, 0x4749,
    0x8298, 0x9c9b, 0x9c9c, 0x9c9d, 0x9c9e, 0x9c9f,
  ]

  /// Those of `descriptive` that state the resolution.
  static let resolution: Set = [0x011a, 0x011b, 0x0128]

  /// Photometric interpretations of sensors' samples: colour filter arrays, and linear RAW.
  private static let sensorColors: Set = [32803, 34892]
  private static let (mostPages, mostRAWPages) = (1000, 4)

  static func read(_ file: inout FileBytes) -> (metadata: EmbeddedMetadata, isCameraRAW: Bool) {
    var found = EmbeddedMetadata()
    guard var structure = TIFFStructure(file), let first = structure.directory(at: structure.firstDirectory) else {
      return (found, false)
    }
    func value(_ tag: Tag) -> Data? {
      first.entries.first { $0.tag == tag.rawValue }.flatMap { structure.value($0) }.map { Data($0) }
    }
    found.iccProfile = value(.iccProfile)
    found.xmp = value(.xmp)
    found.iptc = value(.iptc) ?? value(.photoshop).flatMap { PhotoshopResources.iptc(in: Array($0)) }
    found.exif = exif(first.entries, &structure)

    var (pageCount, isCameraRAW) = (0, value(.dngVersion) != nil)
    var (offset, seen) = (structure.firstDirectory, Set<Int>())
    while offset != 0, seen.count < mostPages, seen.insert(offset).inserted,
      let (entries, next) = structure.directory(at: offset)
    {
      let kind = entries.first { $0.tag == Tag.kind.rawValue }.flatMap { structure.integers($0).first } ?? 0
      if kind & 1 == 0 { pageCount += 1 }  // others are smaller copies
      if seen.count <= mostRAWPages && holdsSensorColors(entries, &structure) { isCameraRAW = true }
      offset = next
    }
    if pageCount > 1 { found.notices.append(.firstPage(of: pageCount)) }
    return (found, isCameraRAW)
  }

  private static func holdsSensorColors(
    _ entries: [TIFFStructure<FileBytes>.Entry], _ structure: inout TIFFStructure<FileBytes>, depth: Int = 0
  ) -> Bool {
    for entry in entries where [Tag.photometric.rawValue, Tag.subdirectories.rawValue].contains(entry.tag) {
      let numbers = structure.integers(entry)
      if entry.tag == Tag.photometric.rawValue, let colors = numbers.first, sensorColors.contains(colors) {
        return true
      }
      guard entry.tag == Tag.subdirectories.rawValue && depth < 2 else { continue }
      for offset in numbers {
        if let (entries, _) = structure.directory(at: offset), holdsSensorColors(entries, &structure, depth: depth + 1)
        {
          return true
        }
      }
    }
    return false
  }

  // MARK: EXIF

  /// What belongs to EXIF among a file's first directory and those that it links to, laid out anew: its offsets count
  /// from its own beginning. Makers' notes that hold offsets of their own lose what those lead to.
  private static func exif(
    _ entries: [TIFFStructure<FileBytes>.Entry], _ structure: inout TIFFStructure<FileBytes>
  ) -> Data? {
    var layout = TIFFLayout(isLittleEndian: structure.isLittleEndian)
    var fields = Self.fields(entries.filter { descriptive.contains($0.tag) }, &structure)
    for entry in entries where entry.tag == Tag.exifDirectory.rawValue || entry.tag == Tag.gpsDirectory.rawValue {
      guard let linked = linked(entry, &structure) else { continue }
      var linkedFields = Self.fields(linked.filter { $0.tag != Tag.interoperabilityDirectory.rawValue }, &structure)
      for entry in linked where entry.tag == Tag.interoperabilityDirectory.rawValue {
        guard let linked = Self.linked(entry, &structure) else { continue }
        linkedFields.append(layout.field(entry.tag, .long, [layout.append(Self.fields(linked, &structure))]))
      }
      fields.append(layout.field(entry.tag, .long, [layout.append(linkedFields)]))
    }
    guard !fields.isEmpty, layout.bytes.count <= EmbeddedMetadata.largestPartSize else { return nil }
    layout.setFirstDirectory(layout.append(fields))
    return Data(layout.bytes)
  }

  private static func linked(
    _ entry: TIFFStructure<FileBytes>.Entry, _ structure: inout TIFFStructure<FileBytes>
  ) -> [TIFFStructure<FileBytes>.Entry]? {
    structure.integers(entry).first.flatMap { structure.directory(at: $0)?.entries }
  }

  /// The entries with their values, as many as fit into the largest part of a file, and without BigTIFF's types.
  private static func fields(
    _ entries: [TIFFStructure<FileBytes>.Entry], _ structure: inout TIFFStructure<FileBytes>
  ) -> [TIFFLayout.Field] {
    var fields: [TIFFLayout.Field] = []
    var room = EmbeddedMetadata.largestPartSize
    for entry in entries where entry.type < 16 {
      guard let value = structure.value(entry), value.count <= room else { continue }
      room -= value.count
      fields.append(TIFFLayout.Field(tag: entry.tag, type: entry.type, count: entry.count, value: value))
    }
    return fields
  }
}
