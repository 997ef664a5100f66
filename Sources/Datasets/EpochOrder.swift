import Synchronization
import Tensors

/// The random order in which epochs draw from some items.
///
/// An epoch has as many draws as there are items, and draws each in proportion to its weight: as often as expected,
/// rounded up or down at random, so that equal weights draw each once. An epoch's order is a function of the seed, the
/// purpose and the epoch; the latest is cached, since drawing one takes time.
final class EpochOrder: Sendable {
  let count: Int
  /// For each item, the draws expected of it and all before it.
  private let expected: [Double]
  private let seed: UInt64
  private let purpose: String
  private let current = Mutex<(epoch: Int, order: [Int])?>(nil)

  /// - Parameter weights: above 0, with sums and ratios well within the range of `Double`.
  init(weights: [Double], seed: UInt64, purpose: String) {
    count = weights.count
    let scale = Double(count) / weights.reduce(0, +)
    var sum = 0.0
    expected = weights.map { weight in
      sum += weight * scale
      return sum
    }
    self.seed = seed
    self.purpose = purpose
  }

  convenience init(count: Int, seed: UInt64, purpose: String) {
    self.init(weights: Array(repeating: 1, count: count), seed: seed, purpose: purpose)
  }

  /// - Parameter position: counted from 0 over all epochs.
  subscript(position: Int) -> Int {
    let (epoch, index) = position.quotientAndRemainder(dividingBy: count)
    return current.withLock { current in
      if let current, current.epoch == epoch { return current.order[index] }
      let items = items(in: epoch)
      let order = Random(seed: seed, purpose: purpose, step: epoch).permutation(of: count).map { items[$0] }
      current = (epoch, order)
      return order[index]
    }
  }

  /// The items that an epoch draws, in order: systematic sampling, one item at each whole number of expected draws,
  /// counted from a random offset.
  private func items(in epoch: Int) -> [Int] {
    // Half a step of the draw keeps clear of whole numbers, where rounding errors would decide.
    let offset = Double(Random(seed: seed, purpose: purpose + ".offset", step: epoch).uniform(at: 0)) + 0x1p-25
    var item = 0
    return (0..<count).map { draw in
      while item < count - 1 && expected[item] <= Double(draw) + offset { item += 1 }
      return item
    }
  }
}
