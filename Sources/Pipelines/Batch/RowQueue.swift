import Foundation
import Images

/// Rows on their way from the thread that computes them to the one that writes them. At most one band of rows waits, so
/// that neither thread gets far ahead of the other.
final class RowQueue: @unchecked Sendable {
  // Unchecked: `condition` guards every variable below it.
  private let condition = NSCondition()
  private var waiting: SampleRows?
  private var end: End?
  private var isClosed = false

  private enum End {
    case complete
    case failed(any Error)
  }

  /// Nobody reads on, because writing has failed; the writing's own error tells why.
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

  /// No more rows follow, because they are complete or because of an error, which the reader throws.
  func finish(_ failure: (any Error)?) {
    condition.withLock {
      end = failure.map { .failed($0) } ?? .complete
      condition.broadcast()
    }
  }

  /// Calls `body` with all rows as they come. An error is thrown at once, before rows that wait.
  func drain(_ body: (SampleRows) throws -> Void) throws {
    while let rows = try next() { try body(rows) }
  }

  private func next() throws -> SampleRows? {
    condition.lock()
    defer { condition.unlock() }
    while waiting == nil && end == nil { condition.wait() }
    if case .failed(let error) = end { throw error }
    let rows = waiting
    waiting = nil
    condition.broadcast()
    return rows
  }

  /// Tells those who append that nobody reads on.
  func close() {
    condition.withLock {
      isClosed = true
      condition.broadcast()
    }
  }
}
