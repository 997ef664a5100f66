import Foundation
import Images
import Synchronization

/// Computes image after image, the next ones being decoded and the last ones encoded meanwhile.
public struct ImageBatch: Sendable {
  /// Files decoded, and files encoded, at the same time; also how many decoded images may wait.
  public var jobs: Int
  /// Whether an output that is there already is made anew.
  public var overwrites: Bool

  public init(jobs: Int = 2, overwrites: Bool = false) {
    precondition(jobs >= 1, "there must be at least one job, not \(jobs)")
    self.jobs = jobs
    self.overwrites = overwrites
  }

  /// Goes through the plan, on after a file that fails.
  ///
  /// - Parameters:
  ///   - shouldStop: asked before each file, and between the parts of a result; once true, results that are computed are
  ///     written and the rest stays.
  ///   - report: called with each event, one at a time, on any thread.
  ///   - compute: makes one image's result, whole or in parts, on the calling thread.
  @discardableResult
  public func run(
    _ plan: OutputPlan, shouldStop: @escaping () -> Bool = { false }, report: @escaping @Sendable (BatchEvent) -> Void,
    compute: (Image, BatchResult) throws -> Void
  ) -> BatchSummary {
    let tally = BatchTally(report: report)
    tally.tell(.started(files: plan.entries.count))
    let entries = overwrites ? plan.entries[...] : Self.unfinished(plan.entries, tally)

    let decoding = OperationQueue()
    decoding.maxConcurrentOperationCount = jobs
    let encoding = BatchEncoding(jobs: jobs)

    var waiting: [PendingImage] = []
    var next = entries.startIndex
    var entry = entries.startIndex
    while entry < entries.endIndex && !shouldStop() {
      while next < entries.endIndex && next - entry <= jobs {
        waiting.append(PendingImage(reading: entries[next].input, on: decoding))
        next += 1
      }
      let current = entries[entry]
      do {
        let image = try waiting.removeFirst().get()
        let result = BatchResult(current, encoding: encoding, tally: tally, shouldStop: shouldStop)
        guard result.run({ try compute(image, result) }) else { break }
      } catch {
        tally.tell(.fileFailed(input: current.input, reason: "\(error)"))
      }
      entry += 1
    }
    decoding.cancelAllOperations()
    encoding.waitForAll()
    return tally.finish(remaining: entries.endIndex - entry)
  }

  private static func unfinished(_ entries: [OutputPlan.Entry], _ tally: BatchTally) -> ArraySlice<OutputPlan.Entry> {
    let unfinished = entries.filter { entry in
      guard FileManager.default.fileExists(atPath: entry.output.path) else { return true }
      tally.tell(.fileSkipped(input: entry.input, output: entry.output))
      return false
    }
    return unfinished[...]
  }
}

/// An image that is being read on another thread.
private final class PendingImage: Sendable {
  private let result = Mutex<Result<Image, any Error>?>(nil)
  private let isReady = DispatchSemaphore(value: 0)

  init(reading url: URL, on queue: OperationQueue) {
    queue.addOperation { [self] in
      let image = Result { try Image(contentsOf: url) }
      result.withLock { $0 = image }
      isReady.signal()
    }
  }

  /// Waits for the image; to be called once.
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
