import Foundation
import Images

/// The result of one of a batch's files: what is complete of it is written on another thread while the rest is computed.
public final class BatchResult: ImageSink {
  /// Thrown into the computing that the batch was asked to stop.
  struct Stopped: Error {}

  private let entry: OutputPlan.Entry
  private let encoding: BatchEncoding
  private let tally: BatchTally
  private let shouldStop: () -> Bool

  private var file: ImageHeader?
  private let queue = RowQueue()
  /// The parts of a row until they reach its end.
  private var rows: SampleRows?
  private var column = 0

  private let start = ContinuousClock.now
  private var waited = Duration.zero

  init(_ entry: OutputPlan.Entry, encoding: BatchEncoding, tally: BatchTally, shouldStop: @escaping () -> Bool) {
    self.entry = entry
    self.encoding = encoding
    self.tally = tally
    self.shouldStop = shouldStop
  }

  public func begin(_ header: ImageHeader) throws {
    precondition(file == nil, "an image has begun already")
    let file = entry.format.header(for: header)
    try entry.format.checkSize(of: file, path: entry.output.relativePath)
    self.file = file
    waiting { encoding.start(entry, file, from: queue, tally) }
  }

  public func append(_ part: Image) throws {
    guard let file else { preconditionFailure("an image has a beginning before it has parts") }
    var rows = self.rows ?? SampleRows(of: file, height: part.height)
    self.rows = nil
    rows.place(part, x: column)
    column += part.width
    if column < file.width {
      self.rows = rows
    } else {
      column = 0
      try waiting { try queue.append(rows) }
    }
  }

  public func advance(to fraction: Double) throws {
    tally.tell(.fileAdvanced(input: entry.input, fraction: fraction))
    if shouldStop() { throw Stopped() }
  }

  /// Runs what computes this result, and sees to it that its outcome is told.
  ///
  /// - Returns: false where the batch was asked to stop, and nothing is told.
  func run(_ compute: () throws -> Void) -> Bool {
    do {
      try compute()
      precondition(file != nil && column == 0, "the result of \(entry.input.relativePath) lacks parts")
      queue.finish(.success((ContinuousClock.now - start - waited) / .seconds(1)))
    } catch {
      // Once a file has begun, whoever writes it tells of its end.
      let failure = named(error)
      queue.finish(.failure(failure))
      if failure is Stopped { return false }
      if file == nil { tally.tell(.fileFailed(input: entry.input, reason: "\(failure)")) }
    }
    return true
  }

  /// With the input's name before what cannot know it.
  private func named(_ error: any Error) -> any Error {
    if error is Stopped || error is ImageError { return error }
    return NamedError(description: "\(entry.input.relativePath): \(error)")
  }

  /// Waiting is no computing.
  private func waiting(_ body: () throws -> Void) rethrows {
    let start = ContinuousClock.now
    defer { waited += ContinuousClock.now - start }
    try body()
  }
}
