/// A training by one process, which exchanges nothing.
public final class SoleRank: Collective {
  public static let shared = SoleRank()

  public var rank: Int { 0 }
  public var count: Int { 1 }
  public var failure: CollectiveFailure? { nil }
  public var secondsWaited: Double { 0 }

  public func begin(_ exchange: Exchange) {}
  public func wait(for exchange: Exchange) {}
  public func leave(hasFailed: Bool) {}
}
