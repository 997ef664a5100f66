import Foundation

/// Hands out the rest of a plan, one result after another. It skips results that exist already, and those that other
/// processes are making.
struct AssignmentList {
  private var pending: ArraySlice<OutputPlan.Entry>
  /// Results that other processes had claimed.
  private var elsewhere: [OutputPlan.Entry] = []
  private let journal: BatchJournal?
  private let identity: String
  private let batch: ImageBatch
  private let tally: BatchTally

  /// Seconds between two looks at what other processes have made.
  private static let pause = 0.1

  init(_ entries: [OutputPlan.Entry], _ journal: BatchJournal?, identity: String, batch: ImageBatch, tally: BatchTally)
  {
    pending = entries[...]
    self.journal = journal
    self.identity = identity
    self.batch = batch
    self.tally = tally
  }

  /// Nil if only results that other processes have claimed are left.
  mutating func next() -> Assignment? {
    while let entry = pending.popFirst() {
      let identity = BatchJournal.identity(identity, entry.format, batch.metadata)
      guard let journal else {
        if !batch.overwrites, FileManager.default.fileExists(atPath: entry.output.path) {
          tally.tell(.fileSkipped(input: entry.input, output: entry.output))
          continue
        }
        return Assignment(entry, identity: identity, maker: batch.maker, claim: nil)
      }
      guard let claim = journal.claim(entry.relativePath) else {
        elsewhere.append(entry)
        continue
      }
      switch journal.standing(of: entry, identity: identity, remakes: batch.overwrites) {
      case .missing, .outdated: return Assignment(entry, identity: identity, maker: batch.maker, claim: claim)
      case .current, .unknown: tally.tell(.fileSkipped(input: entry.input, output: entry.output))
      case .failedElsewhere(let reason): tally.tell(.fileFailed(input: entry.input, reason: reason))
      }
    }
    return nil
  }

  /// Waits a little for other processes, then returns to the results that they had claimed. False if they had claimed
  /// none.
  mutating func retryClaimed() -> Bool {
    guard !elsewhere.isEmpty else { return false }
    Thread.sleep(forTimeInterval: Self.pause)
    pending = elsewhere[...]
    elsewhere = []
    return true
  }
}
