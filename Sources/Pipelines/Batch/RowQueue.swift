import Foundation
import Images

/// Rows on their way from the thread that computes them to the one that writes them. At most one band of them waits, so
/// that neither gets far ahead of the other.
final class RowQueue: @unchecked Sendable {
  // Unchecked: `condition` guards every variable below it.
  private let condition = NSCondition()
  private var waiting: SampleRows?
  private var end: Result<Double, any Error>?
  private var isClosed = false

  /// Nobody reads on: writing has failed, which its own error tells of.
  struct Closed: Error {}

  /// Waits until there is room. Throws `Closed`.
  func append(_ rows: SampleRows) throws {
    condition.lock()
    defer { condition.unlock() }
    while waiting != nil && !isClosed { condition.wait() }
    if isClosed { throw Closed() }
    waiting = rows
    condition.broadcast()
  }

  /// No rows follow: they are complete after so many seconds of computing, or there is an error for the reader to throw.
  func finish(_ end: Result<Double, any Error>) {
    condition.withLock {
      self.end = end
      condition.broadcast()
    }
  }

  /// Hands all rows to `body` as they come, and returns the seconds that `finish` was given. An error comes at once,
  /// before rows that wait.
  func drain(_ body: (SampleRows) throws -> Void) throws -> Double {
    while let rows = try next() { try body(rows) }
    return try condition.withLock { try end?.get() ?? 0 }
  }

  private func next() throws -> SampleRows? {
    condition.lock()
    defer { condition.unlock() }
    while waiting == nil && end == nil { condition.wait() }
    if case .failure(let error) = end { throw error }
    let rows = waiting
    waiting = nil
    condition.broadcast()
    return rows
  }

  /// Lets those who append know that nobody reads on.
  func close() {
    condition.withLock {
      isClosed = true
      condition.broadcast()
    }
  }
}
