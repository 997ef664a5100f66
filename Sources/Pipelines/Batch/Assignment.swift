import Files

/// One of a batch's results, reserved for this process as long as this object lives.
final class Assignment: Sendable {
  let entry: OutputPlan.Entry
  /// Identifies everything that the result depends on besides its image.
  private let identity: String
  private let claim: Claim?
  /// Taken before the input is read, so that a later change outdates the result.
  let inputStamp: FileStamp?

  init(_ entry: OutputPlan.Entry, identity: String, claim: Claim?) {
    self.entry = entry
    self.identity = identity
    self.claim = claim
    inputStamp = FileStamp(entry.input)
  }

  /// The journal's record that the result is made, or why it is not.
  func record(result: FileStamp? = nil, failure: String? = nil) -> BatchJournal.Record {
    BatchJournal.Record(
      output: entry.relativePath, input: entry.input.relativePath, inputStamp: inputStamp, identity: identity,
      result: result, failure: failure)
  }
}
