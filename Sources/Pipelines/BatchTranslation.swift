import Foundation
import Images
import Synchronization

/// Translates file after file, the next ones being decoded and the last ones encoded meanwhile.
public struct BatchTranslation: Sendable {
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
  ///   - shouldStop: asked before each file; once true, the files in work are finished and the rest stays.
  ///   - report: called with each event, one at a time, on any thread.
  ///   - translate: computes one result on the calling thread.
  @discardableResult
  public func run(
    _ plan: OutputPlan, shouldStop: () -> Bool = { false }, report: @escaping @Sendable (BatchEvent) -> Void,
    translate: (Image) throws -> Image
  ) -> BatchSummary {
    let tally = BatchTally(report: report)
    tally.tell(.started(files: plan.entries.count))
    let entries = overwrites ? plan.entries[...] : Self.unfinished(plan.entries, tally)

    let decoding = OperationQueue()
    let encoding = OperationQueue()
    decoding.maxConcurrentOperationCount = jobs
    encoding.maxConcurrentOperationCount = jobs
    let freeToEncode = DispatchSemaphore(value: 2 * jobs)

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
        let start = ContinuousClock.now
        let result = try Self.named(current.input) { try translate(image) }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        freeToEncode.wait()
        encoding.addOperation {
          defer { freeToEncode.signal() }
          tally.tell(Self.written(result, to: current, seconds: seconds))
        }
      } catch {
        tally.tell(.fileFailed(input: current.input, reason: "\(error)"))
      }
      entry += 1
    }
    decoding.cancelAllOperations()
    encoding.waitUntilAllOperationsAreFinished()
    return tally.finish(remaining: entries.endIndex - entry)
  }

  /// Puts the file's name before an error that cannot know it.
  private static func named(_ input: URL, _ compute: () throws -> Image) throws -> Image {
    do {
      return try compute()
    } catch {
      throw NamedError(description: "\(input.relativePath): \(error)")
    }
  }

  private struct NamedError: Error, CustomStringConvertible {
    let description: String
  }

  private static func unfinished(_ entries: [OutputPlan.Entry], _ tally: BatchTally) -> ArraySlice<OutputPlan.Entry> {
    let unfinished = entries.filter { entry in
      guard FileManager.default.fileExists(atPath: entry.output.path) else { return true }
      tally.tell(.fileSkipped(input: entry.input, output: entry.output))
      return false
    }
    return unfinished[...]
  }

  private static func written(_ image: Image, to entry: OutputPlan.Entry, seconds: Double) -> BatchEvent {
    do {
      let folder = entry.output.deletingLastPathComponent()
      do {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      } catch {
        return .fileFailed(input: entry.input, reason: "cannot make the folder \(folder.relativePath)")
      }
      try image.write(to: entry.output, format: entry.format)
      return .fileDone(input: entry.input, output: entry.output, seconds: seconds)
    } catch {
      return .fileFailed(input: entry.input, reason: "\(error)")
    }
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

/// Counts outcomes and passes events on, one at a time.
private final class BatchTally: Sendable {
  private let summary = Mutex(BatchSummary())
  private let report: @Sendable (BatchEvent) -> Void

  init(report: @escaping @Sendable (BatchEvent) -> Void) {
    self.report = report
  }

  func tell(_ event: BatchEvent) {
    summary.withLock { summary in
      switch event {
      case .fileDone: summary.done += 1
      case .fileSkipped: summary.skipped += 1
      case .fileFailed: summary.failed += 1
      case .started, .finished: break
      }
      report(event)
    }
  }

  func finish(remaining: Int) -> BatchSummary {
    let final = summary.withLock { summary in
      summary.remaining = remaining
      return summary
    }
    tell(.finished(final))
    return final
  }
}
