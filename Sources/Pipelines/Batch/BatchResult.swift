import Foundation
import Images

/// The result of one of a batch's files. Its finished rows are written on another thread while the rest is computed.
public final class BatchResult: ImageSink {
  /// Thrown into a computation after the batch was asked to stop.
  struct Stopped: Error {}

  private let assignment: Assignment
  private let writing: ResultWriting
  private let tally: BatchTally
  private let mustStop: () -> Bool

  private let queue = RowQueue()
  private let computing = Stopwatch()
  private var file: ImageHeader?
  /// The rows being filled from the left by parts; passed on once they are full.
  private var rows: SampleRows?
  /// Where the next part begins.
  private var (column, row) = (0, 0)

  init(_ assignment: Assignment, writing: ResultWriting, tally: BatchTally, mustStop: @escaping () -> Bool) {
    self.assignment = assignment
    self.writing = writing
    self.tally = tally
    self.mustStop = mustStop
  }

  public func expect(_ estimate: ComputationEstimate) {
    tally.tell(.fileExpected(input: assignment.entry.input, estimate))
  }

  public func begin(_ header: ImageHeader) throws {
    guard file == nil else { throw ImageSinkError.hasBegun }
    let format = assignment.entry.format
    let file = format.header(for: header)
    try format.checkSize(of: file, path: assignment.entry.output.relativePath)
    self.file = file
    for notice in format.notices(for: file) { tally.tell(.fileNoticed(input: assignment.entry.input, notice)) }
    computing.pausing { writing.start(assignment, file, from: queue, computing: computing) }
  }

  public func append(_ part: Image) throws {
    guard let file else { throw ImageSinkError.hasNotBegun }
    let height = rows?.height ?? part.height
    guard
      part.height == height, column + part.width <= file.width, row + height <= file.height,
      part.colorChannels == (file.channels < 3 ? 1 : 3), part.channels == file.channels || file.channels % 2 == 1
    else { throw ImageSinkError.doesNotFit(width: part.width, height: part.height, x: column, y: row) }
    var rows = self.rows ?? SampleRows(of: file, y: row, height: height)
    self.rows = nil
    rows.place(part, x: column)
    column += part.width
    if column < file.width {
      self.rows = rows
    } else {
      column = 0
      row += height
      try computing.pausing { try queue.append(rows) }
    }
  }

  public func advance(to fraction: Double) throws {
    tally.tell(.fileAdvanced(input: assignment.entry.input, fraction: fraction))
    if mustStop() { throw Stopped() }
  }

  /// Runs the computation of this result, and makes sure of an outcome, unless the batch was asked to stop.
  func run(_ compute: () throws -> Void) {
    do {
      try compute()
      guard let file, row == file.height else { throw ImageSinkError.isIncomplete }
      computing.stop()
      queue.finish(nil)
    } catch {
      let failure = named(error)
      queue.finish(failure)
      // Once a file has begun, its writer reports the outcome.
      if file == nil && !(failure is Stopped) { tally.fail(assignment, failure) }
    }
  }

  /// Adds the input's name to errors that do not name a file.
  private func named(_ error: any Error) -> any Error {
    if error is Stopped { return error }
    return ComputationError.naming(assignment.entry.input.relativePath, error)
  }
}
