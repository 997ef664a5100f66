import Files
import Foundation
import Images

/// The result of one of a batch's files: what is complete of it is written on another thread while the rest is computed.
public final class BatchResult: ImageSink {
  /// Thrown into the computing that the batch was asked to stop.
  struct Stopped: Error {}

  private let assignment: Assignment
  private let encoding: BatchEncoding
  private let mustStop: () -> Bool

  private var file: ImageHeader?
  private let queue = RowQueue()
  /// The parts of a row until they reach its end.
  private var rows: SampleRows?
  private var column = 0
  /// How many rows are complete.
  private var row = 0

  private let start = ContinuousClock.now
  private var waited = Duration.zero

  init(_ assignment: Assignment, encoding: BatchEncoding, mustStop: @escaping () -> Bool) {
    self.assignment = assignment
    self.encoding = encoding
    self.mustStop = mustStop
  }

  public func expect(_ estimate: ComputationEstimate) {
    assignment.expect(estimate)
  }

  public func begin(_ header: ImageHeader) throws {
    precondition(file == nil, "an image has begun already")
    let format = assignment.entry.format
    let file = format.header(for: header)
    try format.checkSize(of: file, path: assignment.entry.output.relativePath)
    self.file = file
    for notice in format.notices(for: file) { assignment.notice(notice) }
    waiting { encoding.start(assignment, file, from: queue) }
  }

  public func append(_ part: Image) throws {
    guard let file else { preconditionFailure("an image has a beginning before it has parts") }
    var rows = self.rows ?? SampleRows(of: file, y: row, height: part.height)
    self.rows = nil
    rows.place(part, x: column)
    column += part.width
    if column < file.width {
      self.rows = rows
    } else {
      column = 0
      row += rows.height
      try waiting { try queue.append(rows) }
    }
  }

  public func advance(to fraction: Double) throws {
    assignment.advance(to: fraction)
    if mustStop() { throw Stopped() }
  }

  /// Runs what computes this result, and sees to it that its outcome is told, unless the batch was asked to stop.
  func run(_ compute: () throws -> Void) {
    do {
      try compute()
      precondition(file != nil && column == 0, "the result of \(assignment.entry.input.relativePath) lacks parts")
      queue.finish(.success((ContinuousClock.now - start - waited) / .seconds(1)))
    } catch {
      // Once a file has begun, whoever writes it tells of its end.
      let failure = named(error)
      queue.finish(.failure(failure))
      if file == nil && !(failure is Stopped) { assignment.fail(failure) }
    }
  }

  /// With the input's name before what cannot know it.
  private func named(_ error: any Error) -> any Error {
    if error is Stopped || error is ImageError || error is FileError { return error }
    return NamedError(description: "\(assignment.entry.input.relativePath): \(error)")
  }

  /// Waiting is no computing.
  private func waiting(_ body: () throws -> Void) rethrows {
    let start = ContinuousClock.now
    defer { waited += ContinuousClock.now - start }
    try body()
  }
}
