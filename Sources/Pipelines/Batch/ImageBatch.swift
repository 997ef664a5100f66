import Files
import Foundation
import Images

/// Computes image after image, while the next ones are decoded and the previous ones encoded.
///
/// Results that exist already, made from the same input with the same identity, are skipped. Several processes may work
/// on one plan: a journal in the output folder records what was made from what (`BatchJournal`).
///
/// Each result takes this path: `AssignmentList` hands it out, `PendingImage` reads its input, the caller computes it
/// into a `BatchResult`, `ResultWriting` takes its rows from a `RowQueue` and writes them to a file, and `BatchTally`
/// counts the outcome.
public struct ImageBatch: Sendable {
  /// How many files are read and written at the same time.
  public var jobs: Jobs
  /// Whether existing results are made again.
  public var overwrites: Bool
  /// Whether results get the modification times of their inputs.
  public var keepsTimes: Bool
  /// The part of the plan that is this batch's.
  public var shard: Shard
  public var reading: ImageReadingOptions
  /// Which of their images' metadata the results keep.
  public var metadata: ImageMetadata.Policy
  /// Results whose computation is expected to take more seconds keep their finished rows in a file beside them until they
  /// are complete, and go on from there after an interruption.
  public var longComputation = 20.0
  /// The name of the model, or of whatever makes the results, for messages about results that another one has made.
  public var maker = ""
  /// Describes an error for events, the journal and the table of failures; a command can add advice.
  public var words: @Sendable (any Error) -> String = { "\($0)" }

  public struct Jobs: Sendable, Equatable {
    /// The number of files decoded at the same time; as many decoded images may wait.
    public let loading: Int
    /// The number of files encoded at the same time.
    public let saving: Int

    /// Numbers below 1 count as 1.
    public init(loading: Int = 2, saving: Int = 2) {
      self.loading = max(1, loading)
      self.saving = max(1, saving)
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

  /// Works through the plan to its end, continuing past files that fail, or until the disk is full.
  ///
  /// - Parameters:
  ///   - identity: identifies everything that results depend on besides their images, such as `Translator.identity`;
  ///     results with another identity are made again. If the output folder's are another model's, which is told by the
  ///     identity's first two parts between commas, the batch is refused, unless it overwrites.
  ///   - shouldStop: asked before each file, and between the parts of a result; once it returns true, results that are
  ///     computed are written and the rest is abandoned.
  ///   - report: called with each event, one at a time, on any thread.
  ///   - compute: makes one image's result, whole or in parts, on the calling thread.
  ///
  /// Throws `FileError` if the output folder cannot be written to, and `OutputPlanError.madeOtherwise`.
  @discardableResult
  public func run(
    _ plan: OutputPlan, identity: String, shouldStop: @escaping () -> Bool = { false },
    report: @escaping @Sendable (BatchEvent) -> Void, compute: (Image, BatchResult) throws -> Void
  ) throws -> BatchSummary {
    let entries = plan.entries.filter { shard.contains($0.relativePath) }
    let unreadable = plan.unreadable.filter { shard.contains($0.path) }
    let journal = plan.hasFolderOfItsOwn ? try BatchJournal(plan.folder) : nil
    if !overwrites {
      try journal?.checkModel(of: entries, maker: maker) { BatchJournal.identity(identity, $0.format, metadata) }
    }
    for folder in plan.folders.union([plan.folder]) {
      FinishedRows.removeStale(in: folder)
      AtomicFile.removeLeftovers(in: folder)
    }
    let tally = BatchTally(files: entries.count + unreadable.count, journal: journal, words: words, report: report)
    for path in unreadable { tally.tell(.fileFailed(input: URL(filePath: path.path), reason: "\(path)")) }
    var list = AssignmentList(entries, journal, identity: identity, batch: self, tally: tally)
    let mustStop = { shouldStop() || tally.isStopped }

    let decoding = OperationQueue()
    decoding.maxConcurrentOperationCount = jobs.loading
    let writing = ResultWriting(jobs: jobs.saving, journal: journal, keepsTimes: keepsTimes, tally: tally)
    var waiting: [PendingImage] = []
    while !mustStop() {
      while waiting.count <= jobs.loading, let assignment = list.next() {
        waiting.append(PendingImage(reading: assignment, reading, on: decoding))
      }
      guard !waiting.isEmpty else {
        // Results computed here must be on disk before waiting for other processes.
        writing.waitForAll()
        if list.retryClaimed() { continue } else { break }
      }
      let next = waiting.removeFirst()
      do {
        var image = try next.get()
        for notice in image.metadata.notices {
          tally.tell(.fileNoticed(input: next.assignment.entry.input, notice))
        }
        image.metadata = image.metadata.limited(to: metadata)
        let result = BatchResult(
          next.assignment, writing: writing, tally: tally, longComputation: longComputation, mustStop: mustStop)
        result.run { try compute(image, result) }
      } catch {
        tally.fail(next.assignment, error)
      }
    }
    decoding.cancelAllOperations()
    writing.waitForAll()
    try journal?.writeFailures(of: plan)
    return tally.finish()
  }
}
