import Foundation

/// Passes frames from one thread to another. A few wait, so that neither thread waits for each single one.
final class FrameQueue<Frame: Sendable>: @unchecked Sendable {
  // Unchecked: `condition` guards every variable below it.
  private let condition = NSCondition()
  private var waiting: [Frame] = []
  private var end: Result<Void, any Error>?
  private var isClosed = false

  private static var capacity: Int { 2 }

  /// Waits until there is room. False if nobody takes frames any more.
  func append(_ frame: Frame) -> Bool {
    condition.withLock {
      while waiting.count >= Self.capacity && !isClosed { condition.wait() }
      if !isClosed { waiting.append(frame) }
      condition.broadcast()
      return !isClosed
    }
  }

  /// Marks the end of the frames. An error is thrown to the reader after the frames before it.
  func finish(_ end: Result<Void, any Error>) {
    condition.withLock {
      self.end = end
      condition.broadcast()
    }
  }

  /// The next frame; nil after the last one.
  func next() throws -> Frame? {
    try condition.withLock {
      while waiting.isEmpty && end == nil { condition.wait() }
      if waiting.isEmpty {
        try end?.get()
        return nil
      }
      let frame = waiting.removeFirst()
      condition.broadcast()
      return frame
    }
  }

  /// Lets the other thread know that nobody takes frames any more.
  func close() {
    condition.withLock {
      isClosed = true
      waiting = []
      condition.broadcast()
    }
  }
}
