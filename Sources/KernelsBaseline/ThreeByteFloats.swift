import VectorKernels

extension Level {
  package func round(
    _ values: UnsafePointer<Float>, count: Int, toUpper upper: UnsafeMutablePointer<UInt16>,
    lower: UnsafeMutablePointer<UInt8>
  ) {
    for index in 0..<count {
      // Adds half of the last kept bit's value, so that truncation rounds to the nearest.
      let rounded = values[index].bitPattern &+ 0x80
      upper[index] = UInt16(truncatingIfNeeded: rounded &>> 16)
      lower[index] = UInt8(truncatingIfNeeded: rounded &>> 8)
    }
  }

  package func join(
    upper: UnsafePointer<UInt16>, lower: UnsafePointer<UInt8>, count: Int, into values: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<count {
      values[index] = Float(
        bitPattern: UInt32(truncatingIfNeeded: upper[index]) &<< 16 | UInt32(truncatingIfNeeded: lower[index]) &<< 8)
    }
  }
}
