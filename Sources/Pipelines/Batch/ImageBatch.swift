import Foundation
import Images
import Synchronization

/// Computes image after image, the next ones being decoded and the last ones encoded meanwhile.
///
/// What is there already, made of the same input by the same work, is passed over, and several processes may work on one
/// plan: a journal in the output folder tells what was made of what (`BatchJournal`).
public struct ImageBatch: Sendable {
  /// How many files are in work at the same time.
  public var jobs: Jobs
  /// Whether an output that is there already is made anew.
  public var overwrites: Bool
  /// Whether outputs get their inputs' times of change.
  public var keepsTimes: Bool
  /// The part of the plan that is this batch's.
  public var shard: Shard
  public var reading: ImageReadingOptions
  /// What results get of their images' metadata.
  public var metadata: ImageMetadata.Policy

  public struct Jobs: Sendable, Equatable {
    /// Files decoded at the same time; also how many decoded images may wait.
    public var loading: Int
    /// Files encoded at the same time.
    public var saving: Int

    public init(loading: Int = 2, saving: Int = 2) {
      precondition(loading >= 1 && saving >= 1, "there must be at least one job, not \(loading) and \(saving)")
      self.loading = loading
      self.saving = saving
    }
  }

  public init(
    jobs: Jobs = Jobs(), overwrites: Bool = false, keepsTimes: Bool = false, shard: Shard = .whole,
    reading: ImageReadingOptions = ImageReadingOptions(), metadata: ImageMetadata.Policy = .everything
  ) {
    self.jobs = jobs
    self.overwrites = overwrites
    self.keepsTimes = keepsTimes
    self.shard = shard
    self.reading = reading
    self.metadata = metadata
  }

  /// Goes through the plan, on after a file that fails, to its end, or until the disk is full.
  ///
  /// - Parameters:
  ///   - work: what is done and with what: results of other work are made anew.
  ///   - shouldStop: asked before each file, and between the parts of a result; once true, results that are computed are
  ///     written and the rest stays.
  ///   - report: called with each event, one at a time, on any thread.
  ///   - compute: makes one image's result, whole or in parts, on the calling thread.
  ///
  /// Throws `FileError` where the output folder cannot be written to.
  @discardableResult
  public func run(
    _ plan: OutputPlan, work: String, shouldStop: @escaping () -> Bool = { false },
    report: @escaping @Sendable (BatchEvent) -> Void, compute: (Image, BatchResult) throws -> Void
  ) throws -> BatchSummary {
    let entries = plan.entries.filter { shard.contains($0.relativePath) }
    let journal = plan.isSingleFile ? nil : try BatchJournal(plan.folder, subfolders: plan.folders)
    let tally = BatchTally(files: entries.count, report: report)
    var list = AssignmentList(entries, journal, work: work, batch: self, tally: tally)
    let mustStop = { shouldStop() || tally.isStopped }

    let decoding = OperationQueue()
    decoding.maxConcurrentOperationCount = jobs.loading
    let encoding = BatchEncoding(jobs: jobs.saving)
    var waiting: [PendingImage] = []
    while !mustStop() {
      while waiting.count <= jobs.loading, let assignment = list.next() {
        waiting.append(PendingImage(reading: assignment, reading, on: decoding))
      }
      guard !waiting.isEmpty else {
        // What was computed here must be on the disk before it is over.
        encoding.waitForAll()
        if list.returnToOthers() { continue } else { break }
      }
      let next = waiting.removeFirst()
      do {
        var image = try next.get()
        for notice in image.metadata.notices { next.assignment.notice(notice) }
        image.metadata = image.metadata.limited(to: metadata)
        let result = BatchResult(next.assignment, encoding: encoding, mustStop: mustStop)
        result.run { try compute(image, result) }
      } catch {
        next.assignment.fail(error)
      }
    }
    decoding.cancelAllOperations()
    encoding.waitForAll()
    try journal?.writeFailures(among: plan.entries)
    return tally.finish()
  }
}

/// An image that is being read on another thread.
private final class PendingImage: Sendable {
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
