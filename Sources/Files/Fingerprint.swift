/// A 64-bit hash: FNV-1a (Fowler, Noll and Vo), fed eight bytes at a time where there are that many. Not resistant to
/// forgery.
public struct Fingerprint: Sendable, Equatable {
  public private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  private static let prime: UInt64 = 0x100_0000_01b3

  public init() {}

  public init(of text: String) {
    self.init()
    for byte in text.utf8 { add(UInt64(byte)) }
  }

  public mutating func add(_ bytes: UnsafeRawBufferPointer) {
    let words = bytes.count / MemoryLayout<UInt64>.size
    for index in 0..<words {
      add(bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<UInt64>.size, as: UInt64.self))
    }
    for byte in bytes.dropFirst(words * MemoryLayout<UInt64>.size) { add(UInt64(byte)) }
  }

  private mutating func add(_ word: UInt64) {
    value = (value ^ word) &* Self.prime
    // Multiplication carries only upwards: without this shift, a word's high bits would never affect the low ones.
    value ^= value >> 32
  }

  /// As 16 hexadecimal digits.
  public var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
