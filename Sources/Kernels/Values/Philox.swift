/// The generator Philox 4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): 128 random bits
/// for each index, from a key and a step, with no state.
package struct Philox: Sendable {
  package let key: (UInt32, UInt32)
  package let step: UInt64

  package init(key: UInt64, step: UInt64) {
    self.key = (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
    self.step = step
  }

  package func block(at index: Int) -> (UInt32, UInt32, UInt32, UInt32) {
    let position = UInt64(bitPattern: Int64(index))
    var counter = (
      UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position >> 32),
      UInt32(truncatingIfNeeded: step), UInt32(truncatingIfNeeded: step >> 32)
    )
    var key = self.key
    for _ in 0..<10 {
      let first = counter.0.multipliedFullWidth(by: 0xd251_1f53)
      let second = counter.2.multipliedFullWidth(by: 0xcd9e_8d57)
      counter = (second.high ^ counter.1 ^ key.0, second.low, first.high ^ counter.3 ^ key.1, first.low)
      key = (key.0 &+ 0x9e37_79b9, key.1 &+ 0xbb67_ae85)
    }
    return counter
  }

  /// Uniform in 0 ..< 1.
  package func uniform(at index: Int) -> Float { Float(block(at: index).0 >> 8) * 0x1p-24 }
}
