#if AVX512
import CProcessor
#endif

/// What a product's tiles multiply.
protocol TileProducts {
  /// `sum` and the products of `a` and `b`, lane by lane.
  static func add(_ sum: Lanes, _ a: Lanes, _ b: Lanes) -> Lanes
}

enum SingleProducts: TileProducts {
  @inline(__always)
  static func add(_ sum: Lanes, _ a: Lanes, _ b: Lanes) -> Lanes { multiplyAdd(sum, a, b) }
}

#if AVX512
/// Lanes are pairs of bfloat16, and both products are added.
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
      // Adds half a unit of the last bit kept, or just less where that bit is 0, so that ties go to even.
      let rounded = bits &+ 0x7fff &+ ((bits &>> 16) & 1)
      pairs[index] = UInt16(truncatingIfNeeded: rounded &>> 16)
    }
  }
}
