import Foundation
import Kernels

/// A counter-based random generator: every draw is a function of a seed, a purpose, a step and an index, so there is no
/// state to save.
///
/// A batch, a crop, a dropout mask or an image pool's choice at step n depends on the recipe and n alone, not on
/// earlier draws or on the thread. The generator is `Philox`.
public struct Random: Sendable {
  let generator: Philox

  /// - Parameters:
  ///   - purpose: makes the draws of one use independent of all others' ("crop", "weights.residual.3.first").
  ///   - step: a position within that purpose, such as the training step.
  public init(seed: UInt64, purpose: String, step: Int = 0) {
    RepetitionWatch.current?.drawsRandomNumbers = true
    generator = Philox(key: Self.hash(purpose, from: seed), step: UInt64(bitPattern: Int64(step)))
  }

  /// A draw that is uniform over all 64-bit values.
  public func bits(at index: Int) -> UInt64 {
    let block = generator.block(at: index)
    return UInt64(block.0) | UInt64(block.1) << 32
  }

  /// Uniform in 0 ..< 1.
  public func uniform(at index: Int) -> Float {
    generator.uniform(at: index)
  }

  /// Four independent draws, uniform in 0 ..< 1; the first is `uniform(at:)`.
  public func uniforms(at index: Int) -> SIMD4<Float> {
    let block = generator.block(at: index)
    return SIMD4(Float(block.0 >> 8), Float(block.1 >> 8), Float(block.2 >> 8), Float(block.3 >> 8)) * 0x1p-24
  }

  /// Uniform in `range`.
  public func integer(in range: Range<Int>, at index: Int) -> Int {
    precondition(!range.isEmpty, "cannot draw from an empty range")
    // The high half of a 64x64-bit product, which makes each value's probability exact to within 2^-64.
    return range.lowerBound + Int(bits(at: index).multipliedFullWidth(by: UInt64(range.count)).high)
  }

  /// Normal with mean 0 and standard deviation 1, by the Box-Muller transform.
  public func normal(at index: Int) -> Float {
    let block = generator.block(at: index)
    return Self.normals(block.0, block.1).0
  }

  /// Four independent draws, normal with mean 0 and standard deviation 1; the first is `normal(at:)`.
  public func normals(at index: Int) -> SIMD4<Float> {
    let block = generator.block(at: index)
    let (first, second) = (Self.normals(block.0, block.1), Self.normals(block.2, block.3))
    return SIMD4(first.0, first.1, second.0, second.1)
  }

  private static func normals(_ first: UInt32, _ second: UInt32) -> (Float, Float) {
    let radius = (-2 * log((Double(first) + 1) * 0x1p-32)).squareRoot()
    let angle = 2 * .pi * Double(second) * 0x1p-32
    return (Float(radius * cos(angle)), Float(radius * sin(angle)))
  }

  /// 0 ..< count in random order (Fisher-Yates shuffle).
  public func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(i, integer(in: 0..<(i + 1), at: i))
    }
    return order
  }

  /// Different numbers of 0 ..< `limit`, each choice and order alike probable (the first steps of a Fisher-Yates shuffle).
  public func distinct(_ count: Int, below limit: Int) -> [Int] {
    precondition(count <= limit, "there are no \(count) different numbers below \(limit)")
    // Only positions that were exchanged are kept.
    var exchanged: [Int: Int] = [:]
    return (0..<count).map { i in
      let j = integer(in: i..<limit, at: i)
      let drawn = exchanged[j] ?? j
      exchanged[j] = exchanged[i] ?? i
      return drawn
    }
  }

  /// FNV-1a over the purpose's bytes, then the finaliser of SplitMix64 (Steele et al. 2014), so that similar seeds give
  /// unrelated keys.
  private static func hash(_ purpose: String, from seed: UInt64) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    var mixed = hash ^ (seed &* 0x9e37_79b9_7f4a_7c15)
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
