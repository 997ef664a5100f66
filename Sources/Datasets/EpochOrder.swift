import Synchronization
import Tensors

/// Walks `count` things in passes, each in a random order of its own, so that each is seen as often as any other.
///
/// The order is a function of seed and purpose; that of the pass at hand is kept, since drawing it takes time.
final class EpochOrder: Sendable {
  let count: Int
  private let seed: UInt64
  private let purpose: String
  private let current = Mutex<(pass: Int, order: [Int])?>(nil)

  init(count: Int, seed: UInt64, purpose: String) {
    self.count = count
    self.seed = seed
    self.purpose = purpose
  }

  /// - Parameter position: counted from 0 over all passes.
  subscript(position: Int) -> Int {
    let (pass, place) = position.quotientAndRemainder(dividingBy: count)
    return current.withLock { current in
      if let current, current.pass == pass { return current.order[place] }
      let order = Random(seed: seed, purpose: purpose, step: pass).permutation(of: count)
      current = (pass, order)
      return order[place]
    }
  }
}
