import Foundation
import Images
import Synchronization

/// An image that is being read on another thread.
final class PendingImage: Sendable {
  let assignment: Assignment
  private let result = Mutex<Result<Image, any Error>?>(nil)
  private let isReady = DispatchSemaphore(value: 0)

  init(reading assignment: Assignment, _ options: ImageReadingOptions, on queue: OperationQueue) {
    self.assignment = assignment
    queue.addOperation { [self] in
      let image = Result { try Image(contentsOf: assignment.entry.input, options: options) }
      result.withLock { $0 = image }
      isReady.signal()
    }
  }

  /// Waits for the image; call it once.
  func get() throws -> Image {
    isReady.wait()
    let image = result.withLock { result in
      defer { result = nil }
      return result
    }
    guard let image else { throw CancellationError() }
    return try image.get()
  }
}
