/// Notices when one of several others has not been heard of for too long.
package struct Silence {
  /// Longer than a machine that works should be held up, and short enough that all ranks have ended within a minute.
  package static let limit = 20.0

  private var lastHeard: [Int: Double]
  private var lastLook: Double

  /// - Parameter now: in seconds, as in the other calls.
  package init(of ranks: [Int], now: Double) {
    lastHeard = Dictionary(uniqueKeysWithValues: ranks.map { ($0, now) })
    lastLook = now
  }

  package mutating func heard(of rank: Int, now: Double) { lastHeard[rank] = now }

  /// No longer waits for a rank.
  package mutating func dismiss(_ rank: Int) { lastHeard[rank] = nil }

  /// The first rank that has been silent for `limit`. To be asked often: where this process itself was held up, so that it
  /// could not listen, the others get their time anew.
  package mutating func longest(now: Double) -> Int? {
    defer { lastLook = now }
    if now - lastLook > Self.limit / 4 { for rank in lastHeard.keys { lastHeard[rank] = now } }
    return lastHeard.filter { now - $0.value > Self.limit }.keys.min()
  }
}
