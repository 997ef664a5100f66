import Synchronization
import Tensors

/// A new random permutation of `count` indices for each epoch.
///
/// It is a function of the seed, the purpose and the epoch; the latest is cached, since drawing one takes time.
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

  /// - Parameter position: counted from 0 over all epochs.
  subscript(position: Int) -> Int {
    let (pass, index) = position.quotientAndRemainder(dividingBy: count)
    return current.withLock { current in
      if let current, current.pass == pass { return current.order[index] }
      let order = Random(seed: seed, purpose: purpose, step: pass).permutation(of: count)
      current = (pass, order)
      return order[index]
    }
  }
}
