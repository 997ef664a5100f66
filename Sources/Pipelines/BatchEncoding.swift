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

  /// Begins a file, once there is a place for it, that the rows of `queue` make; its outcome goes to the tally.
  func start(_ entry: OutputPlan.Entry, _ file: ImageHeader, from queue: RowQueue, _ tally: BatchTally) {
    places.wait()
    operations.addOperation { [places] in
      defer {
        queue.close()
        places.signal()
      }
      do {
        let seconds = try Self.write(entry, file, from: queue)
        tally.tell(.fileDone(input: entry.input, output: entry.output, seconds: seconds))
      } catch is BatchResult.Stopped {
        // What is not there is not told of.
      } catch {
        tally.tell(.fileFailed(input: entry.input, reason: "\(error)"))
      }
    }
  }

  func waitForAll() {
    operations.waitUntilAllOperationsAreFinished()
  }

  private static func write(_ entry: OutputPlan.Entry, _ file: ImageHeader, from queue: RowQueue) throws -> Double {
    let folder = entry.output.deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw NamedError(description: "cannot make the folder \(folder.relativePath)")
    }
    var seconds = 0.0
    try AtomicFile.write(to: entry.output) { output in
      let writer = try ImageRowWriter(
        file, format: entry.format, path: entry.output.relativePath, output: output.append)
      seconds = try queue.drain(writer.write)
      try writer.finish()
    }
    return seconds
  }
}

/// An error whose text names the file that it is about.
struct NamedError: Error, CustomStringConvertible {
  let description: String
}
