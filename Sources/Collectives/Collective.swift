/// The ranks that train one network together, as one of them sees them: processes on one machine or several.
///
/// Every rank begins the same exchanges in the same order. Exchanges do not throw, since they happen in the middle of
/// computations: after a failure they end at once and leave meaningless values, and whoever uses results asks `check`.
public protocol Collective: AnyObject, Sendable {
  /// This rank, counted from 0.
  var rank: Int { get }
  /// How many ranks there are, 1 or more.
  var count: Int { get }
  /// Why nothing is exchanged any more; nil as long as all is well.
  var failure: CollectiveFailure? { get }
  /// The seconds that this rank has spent waiting for exchanges so far.
  var secondsWaited: Double { get }

  /// Begins an exchange, and returns before it is complete.
  func begin(_ exchange: Exchange)

  /// Returns when the exchange is complete, or has failed.
  func wait(for exchange: Exchange)

  /// Takes leave of the other ranks, which then do not miss this one. Nothing can be exchanged afterwards.
  ///
  /// - Parameter hasFailed: whether this rank ends before its work is done, so that the others must end, too. If not, it
  ///   waits until they are done as well.
  func leave(hasFailed: Bool)
}

extension Collective {
  public var isAlone: Bool { count == 1 }

  /// Whether this rank writes the files.
  public var isFirst: Bool { rank == 0 }

  /// Throws the failure, if there is one.
  public func check() throws(CollectiveFailure) {
    if let failure { throw failure }
  }

  /// Each value's sum over all ranks, which give as many; the same bits on each rank.
  public func sum(_ values: [Float]) -> [Float] {
    complete(Exchange(.sum, values))
  }

  /// Rank 0's values, on every rank; as many must be given by all.
  public func broadcast(_ values: [Float]) -> [Float] {
    complete(Exchange(.broadcast, values))
  }

  /// The values of all ranks, which give as many, one rank's after the other's.
  public func gather(_ values: [Float]) -> [Float] {
    let exchange = Exchange(.gather, count: count * values.count)
    exchange.withValues { _ = $0[(rank * values.count)...].update(fromContentsOf: values) }
    return complete(exchange)
  }

  /// Returns once every rank has called it.
  public func barrier() { _ = sum([0]) }

  /// Rank 0's bytes, on every rank; what the others give is not looked at.
  public func broadcast(bytes: [UInt8]) -> [UInt8] {
    // Values are moved bit by bit, so they can hold anything.
    let length = broadcast([Float(bitPattern: UInt32(bytes.count))])[0].bitPattern
    let own = isFirst ? bytes : [UInt8](repeating: 0, count: failure == nil ? Int(length) : 0)
    return broadcast(own.map { Float(bitPattern: UInt32($0)) }).map { UInt8(truncatingIfNeeded: $0.bitPattern) }
  }

  private func complete(_ exchange: Exchange) -> [Float] {
    begin(exchange)
    wait(for: exchange)
    return exchange.withValues { Array($0) }
  }
}
