/// How one value of a tensor is stored in a file. In memory every value is a float32.
///
/// The raw values are the names that safetensors files use. All are little-endian.
public enum ElementType: String, Sendable, CaseIterable {
  case float64 = "F64"
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int64 = "I64"
  case int32 = "I32"
  case int16 = "I16"
  case int8 = "I8"
  case uint64 = "U64"
  case uint32 = "U32"
  case uint16 = "U16"
  case uint8 = "U8"
  case bool = "BOOL"

  /// The size of one value, in bytes.
  public var size: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// Reads `count` values, `stride` elements apart, from `start` on. The caller must have checked that all of them are
  /// in bounds.
  func read(
    _ start: UnsafeRawPointer, count: Int, stride: Int, into destination: UnsafeMutablePointer<Float>
  ) {
    switch self {
    case .float32 where stride == 1:
      UnsafeMutableRawPointer(destination).copyMemory(from: start, byteCount: count * 4)
    case .float64: convert(start, count, stride, destination) { Float(Double(bitPattern: $0)) }
    case .float32: convert(start, count, stride, destination) { Float(bitPattern: $0) }
    case .float16: convert(start, count, stride, destination) { Self.float32(ofHalf: $0) }
    case .bfloat16:
      convert(start, count, stride, destination) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
    case .int64: convert(start, count, stride, destination) { (value: Int64) in Float(value) }
    case .int32: convert(start, count, stride, destination) { (value: Int32) in Float(value) }
    case .int16: convert(start, count, stride, destination) { (value: Int16) in Float(value) }
    case .int8: convert(start, count, stride, destination) { (value: Int8) in Float(value) }
    case .uint64: convert(start, count, stride, destination) { (value: UInt64) in Float(value) }
    case .uint32: convert(start, count, stride, destination) { (value: UInt32) in Float(value) }
    case .uint16: convert(start, count, stride, destination) { (value: UInt16) in Float(value) }
    case .uint8: convert(start, count, stride, destination) { (value: UInt8) in Float(value) }
    case .bool: convert(start, count, stride, destination) { (value: UInt8) in value == 0 ? 0 : 1 }
    }
  }

  private func convert<Raw: FixedWidthInteger>(
    _ start: UnsafeRawPointer, _ count: Int, _ stride: Int, _ destination: UnsafeMutablePointer<Float>,
    _ value: (Raw) -> Float
  ) {
    func read(step: Int) {
      for i in 0..<count {
        destination[i] = value(Raw(littleEndian: start.loadUnaligned(fromByteOffset: i * step, as: Raw.self)))
      }
    }
    // Neighbours are converted several at a time, if the compiler knows them for neighbours.
    if stride == 1 { read(step: MemoryLayout<Raw>.size) } else { read(step: stride * MemoryLayout<Raw>.size) }
  }

  /// The value of a float16 of these bits. Not every processor has an instruction for that, and without one the language's
  /// own conversion is a call for each value.
  static func float32(ofHalf bits: UInt16) -> Float {
    let magnitude = UInt32(bits & 0x7fff) << 13
    // The exponents' biases differ by 112, and multiplying by a power of two is exact, also from subnormal numbers.
    let finite = (Float(bitPattern: magnitude) * 0x1p112).bitPattern
    let value = magnitude < 0x7c00 << 13 ? finite : magnitude | 0x7f80_0000
    return Float(bitPattern: value | UInt32(bits & 0x8000) << 16)
  }
}
