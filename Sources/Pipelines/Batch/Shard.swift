import Files

/// One of several parts of a plan, each for another process or machine. Which part a file belongs to follows from its
/// path alone, so that it stays the same when other files come or go.
public struct Shard: Sendable, Equatable {
  /// Counted from 1.
  public let number: Int
  public let count: Int

  public static let whole = Shard(number: 1, count: 1)!

  /// Nil where there is no such part.
  public init?(number: Int, count: Int) {
    guard count >= 1, (1...count).contains(number) else { return nil }
    self.number = number
    self.count = count
  }

  func contains(_ relativePath: String) -> Bool {
    Int(Fingerprint(of: relativePath).value % UInt64(count)) == number - 1
  }
}
