import Foundation
import Images
import Tensors
import Threads

/// The result of one of a batch's files. Its finished rows are written on another thread while the rest is
/// computed. If that takes long, they are also kept beside the result, for the same computation to go on from.
public final class BatchResult: ImageSink {
  /// Thrown into a computation after the batch was asked to stop, or which was abandoned.
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
  /// The rows that were passed on before the device failed: the computation that replaces it makes them again.
  private var passedOn = 0
  private var isRepeated = false

  /// In seconds; see `ImageBatch.longComputation`.
  private let longComputation: Double
  /// The side of the tiles, if the computation can go on from finished rows.
  private var tile: Int?
  private lazy var interrupted = FinishedRows.left(for: assignment.entry.output) { [assignment] in
    $0 == assignment.origin(tile: $0.tile)
  }
  /// Where finished rows are kept, once that has begun.
  private var kept: FinishedRows?

  init(
    _ assignment: Assignment, writing: ResultWriting, tally: BatchTally, longComputation: Double,
    mustStop: @escaping () -> Bool
  ) {
    self.longComputation = longComputation
    self.assignment = assignment
    self.writing = writing
    self.tally = tally
    self.mustStop = mustStop
  }

  public func expect(_ estimate: ComputationEstimate) {
    tally.tell(.fileExpected(input: assignment.entry.input, estimate))
  }

  public func begin(_ header: ImageHeader) throws {
    let format = assignment.entry.format
    let file = format.header(for: header)
    if isRepeated, self.file == file { return }
    guard self.file == nil else { throw ImageSinkError.hasBegun }
    try format.checkSize(of: file, path: assignment.entry.output.relativePath)
    self.file = file
    for notice in format.notices(for: file) { tally.tell(.fileNoticed(input: assignment.entry.input, notice)) }
    computing.pausing { writing.start(assignment, file, from: queue, computing: computing) }
  }

  public var interruptedTile: Int? { interrupted?.tile }

  public func resume(tile: Int, at ends: [Int]) throws -> Int {
    guard let file else { throw ImageSinkError.hasNotBegun }
    if isRepeated { return 0 }
    self.tile = tile
    guard let rows = interrupted else { return 0 }
    interrupted = nil
    let size = SampleRows.bytesPerRow(of: file)
    let done = rows.tile == tile ? ends.last { $0 <= min(file.height, rows.count(ofBytes: size)) } ?? 0 : 0
    guard done > 0 else {
      FinishedRows.remove(for: assignment.entry.output)
      return 0
    }
    tally.tell(.fileResumed(input: assignment.entry.input, fraction: Double(done) / Double(file.height)))
    for end in ends where end <= done {
      guard let bytes = rows.read(row..<end, ofBytes: size),
        let band = SampleRows(of: file, y: row, height: end - row, bytes: bytes)
      else { throw ImageSinkError.isIncomplete }
      row = end
      try computing.pausing { try queue.append(band) }
    }
    if rows.keep(done, ofBytes: size) { kept = rows }
    return done
  }

  /// Keeps a band of finished rows, if the computation takes long.
  private func keep(_ rows: SampleRows, of file: ImageHeader) {
    guard let tile else { return }
    let isFirst = row == rows.height && row < file.height
    if isFirst, computing.seconds * Double(file.height) / Double(row) > longComputation {
      kept = FinishedRows.begun(for: assignment.entry.output, from: assignment.origin(tile: tile))
    }
    guard let kept, !kept.append(rows.bytes) else { return }
    // Without room for the rows, the result is made all the same.
    FinishedRows.remove(for: assignment.entry.output)
    self.kept = nil
  }

  public func append(_ part: Image) throws {
    if Abandonment.isCurrentAbandoned { throw Stopped() }
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
      guard let new = try newRows(of: rows, file) else { return }
      try computing.pausing {
        keep(new, of: file)
        try queue.append(new)
      }
    }
  }

  /// Expects the same result once more, from its first row.
  private func repeatComputation() {
    if kept != nil { FinishedRows.remove(for: assignment.entry.output) }
    (kept, tile, rows) = (nil, nil, nil)
    isRepeated = true
    passedOn = row
    (column, row) = (0, 0)
  }

  /// Those of the last rows that were not passed on before; nil if all were.
  private func newRows(of rows: SampleRows, _ file: ImageHeader) throws -> SampleRows? {
    let count = row - passedOn
    if count >= rows.height { return rows }
    guard count > 0 else { return nil }
    let bytes = Data(rows.bytes.suffix(count * SampleRows.bytesPerRow(of: file)))
    guard let new = SampleRows(of: file, y: passedOn, height: count, bytes: bytes) else {
      throw ImageSinkError.isIncomplete
    }
    return new
  }

  public func advance(to fraction: Double) throws {
    tally.tell(.fileAdvanced(input: assignment.entry.input, fraction: fraction))
    if mustStop() { throw Stopped() }
  }

  /// Runs the computation of this result, and makes sure of an outcome, unless the batch was asked to stop.
  func run(_ compute: () throws -> Void) {
    do {
      do {
        try compute()
      } catch {
        guard let failure = DeviceFailure.behind(error) else { throw error }
        tally.tell(.deviceFailed(input: assignment.entry.input, failure))
        repeatComputation()
        try ComputeDevice.processor.runInstead(compute)
      }
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
