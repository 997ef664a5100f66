#if AVX512
import CProcessor
#endif

/// How a tile multiplies and accumulates: float32 values, or pairs of bfloat16.
protocol TileProducts {
  /// `sum` plus the product or products of `a` and `b`, lane by lane.
  static func add(_ sum: Lanes, _ a: Lanes, _ b: Lanes) -> Lanes
}

enum SingleProducts: TileProducts {
  @inline(__always)
  static func add(_ sum: Lanes, _ a: Lanes, _ b: Lanes) -> Lanes { multiplyAdd(sum, a, b) }
}

#if AVX512
/// Each lane of `a` and `b` holds two bfloat16 values, whose two products are added to a float32 sum.
enum PairProducts: TileProducts {
  @inline(__always)
  static func add(_ sum: Lanes, _ a: Lanes, _ b: Lanes) -> Lanes {
    add_bfloat16_products(
      sum, unsafeBitCast(a, to: SIMD16<Int32>.self), unsafeBitCast(b, to: SIMD16<Int32>.self))
  }
}
#endif

extension Level {
  package var multipliesPairs: Bool {
    #if AVX512
    true
    #else
    false
    #endif
  }

  package func round(_ values: UnsafePointer<Float>, count: Int, toPairs pairs: UnsafeMutablePointer<UInt16>) {
    for index in 0..<count {
      let bits = values[index].bitPattern
      // Adds half of the last kept bit's value, or one less if that bit is 0, so that ties round to even.
      let rounded = bits &+ 0x7fff &+ ((bits &>> 16) & 1)
      pairs[index] = UInt16(truncatingIfNeeded: rounded &>> 16)
    }
  }
}
