import Files

/// One of a batch's results, reserved for this process as long as this object lives.
final class Assignment: Sendable {
  let entry: OutputPlan.Entry
  /// Identifies everything that the result depends on besides its image.
  private let identity: String
  /// The name of the model, for people.
  private let maker: String
  private let claim: Claim?
  /// Taken before the input is read, so that a later change outdates the result.
  let inputStamp: FileStamp?

  init(_ entry: OutputPlan.Entry, identity: String, maker: String, claim: Claim?) {
    self.entry = entry
    self.identity = identity
    self.maker = maker
    self.claim = claim
    inputStamp = FileStamp(entry.input)
  }

  /// What finished rows of the result depend on, with tiles of a size.
  func origin(tile: Int) -> FinishedRows.Origin {
    FinishedRows.Origin(input: entry.input.path, inputStamp: inputStamp, identity: identity, tile: tile)
  }

  /// The journal's record that the result is made, or why it is not.
  func record(result: FileStamp? = nil, failure: String? = nil) -> BatchJournal.Record {
    BatchJournal.Record(
      output: entry.relativePath, input: entry.input.relativePath, inputStamp: inputStamp, identity: identity,
      maker: maker, result: result, failure: failure)
  }
}
