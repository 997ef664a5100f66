import Files

/// One of several parts of a plan, each for its own process or machine. A file's part depends on its path alone, so it
/// stays the same when other files come or go.
public struct Shard: Sendable, Equatable {
  /// Counted from 1.
  public let number: Int
  public let count: Int

  public static let whole = Shard(number: 1, count: 1)!

  /// Nil if there is no such part.
  public init?(number: Int, count: Int) {
    guard count >= 1, (1...count).contains(number) else { return nil }
    self.number = number
    self.count = count
  }

  package func contains(_ relativePath: String) -> Bool {
    Int(Fingerprint(of: relativePath).value % UInt64(count)) == number - 1
  }
}
