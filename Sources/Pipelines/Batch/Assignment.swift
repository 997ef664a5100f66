import Files
import Foundation
import Images

/// One of a batch's results, for this process to make; until this object goes, for it alone.
final class Assignment: Sendable {
  let entry: OutputPlan.Entry
  private let claim: Claim?
  private let journal: BatchJournal?
  private let work: String
  private let keepsTimes: Bool
  private let tally: BatchTally
  /// From before the input was read: should it change meanwhile, its result is outdated.
  private let inputStamp: FileStamp?

  init(
    _ entry: OutputPlan.Entry, claim: Claim?, journal: BatchJournal?, work: String, keepsTimes: Bool, tally: BatchTally
  ) {
    self.entry = entry
    self.claim = claim
    self.journal = journal
    self.work = work
    self.keepsTimes = keepsTimes
    self.tally = tally
    inputStamp = FileStamp(entry.input)
  }

  /// Writes the result, whole or not at all, and tells of it. `body` returns the seconds that it took to compute.
  func write(_ body: (FileInProgress) throws -> Double) throws {
    let folder = entry.output.deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw NamedError(description: "cannot make the folder \(folder.relativePath)")
    }
    var seconds = 0.0
    try AtomicFile.write(
      to: entry.output, changed: keepsTimes ? inputStamp?.changed : nil, preparing: { try record(result: $0) }
    ) { file in
      seconds = try body(file)
    }
    tally.tell(.fileDone(input: entry.input, output: entry.output, seconds: seconds))
  }

  /// Tells that there is no result; a full disk stops the batch.
  func fail(_ error: any Error) {
    if case FileError.diskFull = error {
      tally.stop(because: "\(error)")
      return
    }
    try? record(failure: "\(error)")
    tally.tell(.fileFailed(input: entry.input, reason: "\(error)"))
  }

  func notice(_ notice: ImageNotice) {
    tally.tell(.fileNoticed(input: entry.input, notice))
  }

  func expect(_ estimate: ComputationEstimate) {
    tally.tell(.fileExpected(input: entry.input, estimate))
  }

  func advance(to fraction: Double) {
    tally.tell(.fileAdvanced(input: entry.input, fraction: fraction))
  }

  private func record(result: FileStamp? = nil, failure: String? = nil) throws {
    try journal?.append(
      BatchJournal.Record(
        output: entry.relativePath, input: entry.input.relativePath, inputStamp: inputStamp, work: work, result: result,
        failure: failure))
  }
}
