import Foundation

/// EXIF data (CIPA DC-008, laid out as in TIFF 6.0), with edits to what depends on the pixels. Everything else keeps
/// its offset, because makers' notes contain offsets into the data.
package struct ExifData {
  private var bytes: [UInt8]
  private let isLittleEndian: Bool
  /// The offsets of the first directory's entries.
  private let entries: [Int]

  private static let entrySize = 12

  private enum Tag: Int {
    case width = 0x0100
    case height = 0x0101
    case orientation = 0x0112
    case horizontalResolution = 0x011a
    case verticalResolution = 0x011b
    case resolutionUnit = 0x0128
    case exifDirectory = 0x8769
    case gpsDirectory = 0x8825
    case pixelWidth = 0xa002
    case pixelHeight = 0xa003
  }

  private enum Kind: Int {
    case short = 3
    case long = 4
    case rational = 5
  }

  /// Nil if the data are not laid out that way.
  package init?(_ data: Data) {
    bytes = Array(data)
    switch bytes.prefix(4) {
    case [0x49, 0x49, 42, 0]: isLittleEndian = true
    case [0x4d, 0x4d, 0, 42]: isLittleEndian = false
    default: return nil
    }
    guard bytes.count >= 8,
      let entries = Self.entries(at: Self.integer(bytes[4..<8], isLittleEndian), in: bytes, isLittleEndian)
    else { return nil }
    self.entries = entries
  }

  var data: Data { Data(bytes) }

  // MARK: Orientation

  /// 1...8; 1 (upright) if missing or meaningless.
  var orientation: Int {
    guard let entry = orientationEntry else { return 1 }
    let value = integer(at: entry + 8, size: 2)
    return (1...8).contains(value) ? value : 1
  }

  private var orientationEntry: Int? {
    entries.first { tag($0) == .orientation && kind($0) == .short }
  }

  /// Marks the image as upright, and drops the link to the thumbnail, which has not been turned.
  mutating func turnUpright() {
    if let orientationEntry { put(1, at: orientationEntry + 8, size: 2) }
    guard let end = entries.last.map({ $0 + Self.entrySize }) else { return }
    for position in end..<min(end + 4, bytes.count) { bytes[position] = 0 }
  }

  // MARK: Size

  /// Sets the image's size wherever the data holds it.
  mutating func setSize(width: Int, height: Int) {
    for entry in entries + subdirectory(.exifDirectory) {
      switch tag(entry) {
      case .width, .pixelWidth: setNumber(width, in: entry)
      case .height, .pixelHeight: setNumber(height, in: entry)
      default: break
      }
    }
  }

  private mutating func setNumber(_ number: Int, in entry: Int) {
    guard kind(entry) == .short || kind(entry) == .long, integer(at: entry + 4, size: 4) == 1 else { return }
    if number > 0xffff { put(Kind.long.rawValue, at: entry + 2, size: 2) }
    if kind(entry) == .short {
      put(number, at: entry + 8, size: 2)
      put(0, at: entry + 10, size: 2)
    } else {
      put(number, at: entry + 8, size: 4)
    }
  }

  // MARK: Resolution

  /// Nil if the data do not state it.
  package var resolution: ImageResolution? {
    guard let x = resolutionRational(.horizontalResolution), let y = resolutionRational(.verticalResolution) else {
      return nil
    }
    let unit = resolutionUnit
    func number(_ rational: Int) -> Double {
      Double(integer(at: rational, size: 4)) / Double(integer(at: rational + 4, size: 4))
    }
    let factor = unit == .centimeter ? ImageResolution.centimeters : 1
    return ImageResolution(horizontal: number(x) * factor, vertical: number(y) * factor, hasUnit: unit != .none)
  }

  /// Sets the resolution where the data state one, unless they already state this one.
  mutating func setResolution(_ resolution: ImageResolution) {
    guard resolution.hasUnit, self.resolution?.isAbout(resolution) != true,
      let x = resolutionRational(.horizontalResolution), let y = resolutionRational(.verticalResolution)
    else { return }
    let factor = resolutionUnit == .centimeter ? ImageResolution.centimeters : 1
    if resolutionUnit == .none, let entry = resolutionUnitEntry {
      put(ResolutionUnit.inch.rawValue, at: entry + 8, size: 2)
    }
    for (position, number) in [(x, resolution.horizontal / factor), (y, resolution.vertical / factor)] {
      // A thousandth of a pixel per unit is finer than any other format's steps.
      guard let numerator = UInt32(exactly: (number * 1000).rounded()) else { continue }
      put(Int(numerator), at: position, size: 4)
      put(1000, at: position + 4, size: 4)
    }
  }

  private enum ResolutionUnit: Int {
    case none = 1
    case inch, centimeter
  }

  /// Inches, unless the data say otherwise.
  private var resolutionUnit: ResolutionUnit {
    resolutionUnitEntry.flatMap { ResolutionUnit(rawValue: integer(at: $0 + 8, size: 2)) } ?? .inch
  }

  private var resolutionUnitEntry: Int? {
    entries.first { tag($0) == .resolutionUnit && kind($0) == .short }
  }

  /// Where the two numbers of a rational lie; nil if there is none within the data.
  private func resolutionRational(_ wanted: Tag) -> Int? {
    guard let entry = entries.first(where: { tag($0) == wanted && kind($0) == .rational }) else { return nil }
    let value = value(of: entry)
    return value.count == 8 ? value.lowerBound : nil
  }

  // MARK: Location

  /// Without the GPS directory, which is overwritten along with its values; nil if it claims more bytes than there are.
  func withoutLocation() -> ExifData? {
    var cleared = self
    var allowance = bytes.count
    for directory in [entries, subdirectory(.exifDirectory)] {
      let links = directory.filter { tag($0) == .gpsDirectory }
      for link in links {
        for entry in Self.entries(at: integer(at: link + 8, size: 4), in: bytes, isLittleEndian) ?? [] {
          let value = value(of: entry)
          allowance -= value.count + Self.entrySize
          guard allowance >= 0 else { return nil }
          cleared.erase(value)
          cleared.erase(entry..<entry + Self.entrySize)
        }
      }
      cleared.remove(Set(links), from: directory)
    }
    return cleared
  }

  /// Where an entry's value is stored outside the entry; empty if it is not.
  private func value(of entry: Int) -> Range<Int> {
    let sizes = [1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8]
    let size = (sizes[integer(at: entry + 2, size: 2)] ?? 1) * integer(at: entry + 4, size: 4)
    let start = integer(at: entry + 8, size: 4)
    guard size > 4 && start <= bytes.count && size <= bytes.count - start else { return 0..<0 }
    return start..<start + size
  }

  private mutating func erase(_ range: Range<Int>) {
    bytes.replaceSubrange(range, with: repeatElement(0, count: range.count))
  }

  /// Removes entries: later ones move up in the directory, and so does the link to the next directory.
  private mutating func remove(_ unwanted: Set<Int>, from directory: [Int]) {
    guard let start = directory.first, let last = directory.last, !unwanted.isEmpty else { return }
    let kept = directory.filter { !unwanted.contains($0) }
    let end = min(last + Self.entrySize + 4, bytes.count)
    var content = kept.flatMap { bytes[$0..<$0 + Self.entrySize] } + bytes[(last + Self.entrySize)..<end]
    content += repeatElement(0, count: end - start - content.count)
    bytes.replaceSubrange(start..<end, with: content)
    put(kept.count, at: start - 2, size: 2)
  }

  // MARK: Layout

  /// Nil if the directory reaches beyond the data.
  private static func entries(at start: Int, in bytes: [UInt8], _ isLittleEndian: Bool) -> [Int]? {
    guard start >= 8, start + 2 <= bytes.count else { return nil }
    let count = integer(bytes[start..<start + 2], isLittleEndian)
    guard start + 2 + count * entrySize <= bytes.count else { return nil }
    return (0..<count).map { start + 2 + $0 * entrySize }
  }

  /// Empty if there is none within the data. Links inside it are not followed, so there can be no cycles.
  private func subdirectory(_ link: Tag) -> [Int] {
    guard let entry = entries.first(where: { tag($0) == link }) else { return [] }
    return Self.entries(at: integer(at: entry + 8, size: 4), in: bytes, isLittleEndian) ?? []
  }

  private func tag(_ entry: Int) -> Tag? { Tag(rawValue: integer(at: entry, size: 2)) }

  private func kind(_ entry: Int) -> Kind? { Kind(rawValue: integer(at: entry + 2, size: 2)) }

  private func integer(at position: Int, size: Int) -> Int {
    Self.integer(bytes[position..<position + size], isLittleEndian)
  }

  private static func integer(_ bytes: ArraySlice<UInt8>, _ isLittleEndian: Bool) -> Int {
    isLittleEndian ? bytes.reversed().bigEndianInteger : bytes.bigEndianInteger
  }

  private mutating func put(_ number: Int, at position: Int, size: Int) {
    let number = [UInt8](bigEndian: number, count: size)
    bytes.replaceSubrange(position..<position + size, with: isLittleEndian ? number.reversed() : number)
  }
}
