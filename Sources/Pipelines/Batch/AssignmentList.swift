import Foundation

/// Hands out what is left to do of a plan, one result after another, and passes over what is there or what other processes
/// make.
struct AssignmentList {
  private var pending: ArraySlice<OutputPlan.Entry>
  /// Those that other processes had claimed.
  private var elsewhere: [OutputPlan.Entry] = []
  private let journal: BatchJournal?
  private let work: String
  private let batch: ImageBatch
  private let tally: BatchTally

  /// Between two looks at what other processes have done.
  private static let pause = 0.1

  init(_ entries: [OutputPlan.Entry], _ journal: BatchJournal?, work: String, batch: ImageBatch, tally: BatchTally) {
    pending = entries[...]
    self.journal = journal
    self.work = work
    self.batch = batch
    self.tally = tally
  }

  /// Nil where nothing is left but what other processes have claimed.
  mutating func next() -> Assignment? {
    while let entry = pending.popFirst() {
      guard let journal else {
        if !batch.overwrites, FileManager.default.fileExists(atPath: entry.output.path) {
          tally.tell(.fileSkipped(input: entry.input, output: entry.output))
          continue
        }
        return assignment(entry, nil)
      }
      guard let claim = journal.claim(entry.relativePath) else {
        elsewhere.append(entry)
        continue
      }
      switch journal.standing(of: entry, work: work(for: entry), remakes: batch.overwrites) {
      case .missing, .outdated: return assignment(entry, claim)
      case .current, .unknown: tally.tell(.fileSkipped(input: entry.input, output: entry.output))
      case .failedElsewhere(let reason): tally.tell(.fileFailed(input: entry.input, reason: reason))
      }
    }
    return nil
  }

  /// Waits a little for other processes, and takes up again what they had claimed. False where that is nothing.
  mutating func returnToOthers() -> Bool {
    guard !elsewhere.isEmpty else { return false }
    Thread.sleep(forTimeInterval: Self.pause)
    pending = elsewhere[...]
    elsewhere = []
    return true
  }

  private func assignment(_ entry: OutputPlan.Entry, _ claim: Claim?) -> Assignment {
    Assignment(
      entry, claim: claim, journal: journal, work: work(for: entry), keepsTimes: batch.keepsTimes, tally: tally)
  }

  private func work(for entry: OutputPlan.Entry) -> String {
    "\(work), \(entry.format), metadata: \(batch.metadata)"
  }
}
