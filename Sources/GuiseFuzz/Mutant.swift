import Foundation
import Tensors

/// A seed file with some bytes changed. The changes depend only on the run's seed and the mutant's number.
struct Mutant {
  let seed: SeedCorpus.Seed
  private(set) var bytes: [UInt8]

  /// Numbers that programs often mishandle.
  private static let interesting = [
    0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
  ]
  private static let mostChanges = 8

  init(_ number: Int, of corpus: SeedCorpus, runSeed: UInt64) {
    let draws = Draws(Random(seed: runSeed, purpose: "mutant", step: number))
    seed = corpus.seeds[draws.next(corpus.seeds.count)]
    bytes = seed.bytes
    // Favours few changes over many.
    let count = 1 + draws.next(1 + draws.next(Self.mostChanges))
    for _ in 0..<count { change(draws, corpus) }
    if seed.reader == .image && draws.next(4) > 0 { PNGChecksums.repair(in: &bytes) }
  }

  private mutating func change(_ draws: Draws, _ corpus: SeedCorpus) {
    guard !bytes.isEmpty else { return }
    // Half of the changes are in the header, on which most of a reader's decisions depend.
    let limit = draws.next(2) == 0 ? bytes.count : min(bytes.count, 512)
    let start = draws.next(limit)
    let length = min(bytes.count - start, 1 + draws.next(1 << draws.next(10)))
    switch draws.next(9) {
    case 0, 1:
      bytes[start] ^= UInt8(1 << draws.next(8))
    case 2:
      bytes[start] = UInt8(draws.next(256))
    case 3, 4:
      putNumber(draws, at: start)
    case 5:
      bytes.removeSubrange(start..<start + length)
    case 6:
      bytes.insert(contentsOf: Array(bytes[start..<start + length]), at: draws.next(bytes.count))
    case 7:
      let other = corpus.seeds[draws.next(corpus.seeds.count)].bytes
      guard !other.isEmpty else { return }
      let first = draws.next(other.count)
      let part = other[first..<min(other.count, first + length)]
      bytes.replaceSubrange(start..<min(bytes.count, start + part.count), with: part)
    default:
      if draws.next(4) == 0 { bytes.removeSubrange(start...) }
    }
  }

  private mutating func putNumber(_ draws: Draws, at start: Int) {
    let number = Self.interesting[draws.next(Self.interesting.count)]
    let size = [1, 2, 4, 8][draws.next(4)]
    let isLittleEndian = draws.next(2) == 0
    for i in 0..<min(size, bytes.count - start) {
      bytes[start + i] = UInt8(truncatingIfNeeded: number >> (8 * (isLittleEndian ? i : size - 1 - i)))
    }
  }
}

/// The random numbers of one mutant, in order.
private final class Draws {
  private let random: Random
  private var index = 0

  init(_ random: Random) { self.random = random }

  func next(_ bound: Int) -> Int {
    defer { index += 1 }
    return random.integer(in: 0..<bound, at: index)
  }
}
