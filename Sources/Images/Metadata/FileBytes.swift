import Foundation

/// Reads the bytes of a seekable C stream in order.
struct FileBytes {
  private let file: UnsafeMutablePointer<FILE>
  private let size: Int
  private(set) var position: Int

  /// Starts at the stream's current position.
  init(_ file: UnsafeMutablePointer<FILE>) {
    self.file = file
    position = max(0, ftell(file))
    fseek(file, 0, SEEK_END)
    size = max(0, ftell(file))
    fseek(file, position, SEEK_SET)
  }

  /// Starts at an offset, or at the end if that is beyond it.
  init(_ file: UnsafeMutablePointer<FILE>, at offset: Int) {
    self.init(file)
    if !move(to: offset) { _ = move(to: size) }
  }

  /// False, and without effect, if the offset is beyond the end.
  mutating func move(to offset: Int) -> Bool {
    guard (0...size).contains(offset), fseek(file, offset, SEEK_SET) == 0 else { return false }
    position = offset
    return true
  }

  /// Nil if fewer bytes follow.
  mutating func next(_ count: Int) -> [UInt8]? {
    guard count >= 0, count <= size - position else { return nil }
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      initializedCount = count == 0 ? 0 : fread(buffer.baseAddress, 1, count, file)
    }
    position += bytes.count
    return bytes.count == count ? bytes : nil
  }

  /// Nil at the end.
  mutating func byte() -> UInt8? {
    let value = getc(file)
    guard value != EOF else { return nil }
    position += 1
    return UInt8(truncatingIfNeeded: value)
  }

  /// False if fewer bytes follow.
  mutating func skip(_ count: Int) -> Bool {
    guard count <= size - position, fseek(file, count, SEEK_CUR) == 0 else { return false }
    position += count
    return true
  }
}

extension Collection where Element == UInt8 {
  /// The number that the bytes form, most significant byte first.
  var bigEndianInteger: Int { reduce(0) { $0 << 8 | Int($1) } }
}

extension Array where Element == UInt8 {
  /// The lowest `count` bytes of a number, most significant byte first.
  package init(bigEndian number: Int, count: Int) {
    self = (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * (count - 1 - $0))) }
  }
}
