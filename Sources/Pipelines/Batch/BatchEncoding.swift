import Files
import Foundation
import Images

/// Writes a batch's results on threads of its own.
final class BatchEncoding {
  private let operations = OperationQueue()
  private let places: DispatchSemaphore

  /// - Parameter jobs: files written at the same time; twice as many may have begun.
  init(jobs: Int) {
    operations.maxConcurrentOperationCount = jobs
    places = DispatchSemaphore(value: 2 * jobs)
  }

  /// Begins a file, once there is a place for it, that the rows of `queue` make; the assignment tells of its outcome.
  func start(_ assignment: Assignment, _ file: ImageHeader, from queue: RowQueue) {
    places.wait()
    operations.addOperation { [places] in
      defer {
        queue.close()
        places.signal()
      }
      do {
        try assignment.write { output in
          let writer = try ImageRowWriter(
            file, format: assignment.entry.format, path: assignment.entry.output.relativePath, output: output.append)
          let seconds = try queue.drain(writer.write)
          try writer.finish()
          return seconds
        }
      } catch is BatchResult.Stopped {
        // What is not there is not told of.
      } catch {
        assignment.fail(error)
      }
    }
  }

  func waitForAll() {
    operations.waitUntilAllOperationsAreFinished()
  }
}

/// An error whose text names the file that it is about.
struct NamedError: Error, CustomStringConvertible {
  let description: String
}
