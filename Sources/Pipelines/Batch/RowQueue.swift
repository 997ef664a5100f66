import Foundation
import Images

/// Passes rows from the thread that computes them to the one that writes them. At most one band of rows waits, so that
/// neither thread gets far ahead of the other.
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

  /// Thrown to the producer if writing has failed; the writer reports the cause.
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

  /// Marks the end of the rows: they are complete, or there was an error, which the reader then throws.
  func finish(_ failure: (any Error)?) {
    condition.withLock {
      end = failure.map { .failed($0) } ?? .complete
      condition.broadcast()
    }
  }

  /// Calls `body` with rows as they arrive. An error is thrown at once, ahead of waiting rows.
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

  /// Lets the producer know that nobody reads any more.
  func close() {
    condition.withLock {
      isClosed = true
      condition.broadcast()
    }
  }
}
