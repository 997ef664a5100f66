import Files
import Foundation

/// Writes `losses.csv`: one row per step, with its epoch, learning rate and losses. A loss that only a later phase has
/// gets its column at that point, empty in earlier rows. Likewise `measures.csv`, with what is measured beside the losses.
///
/// A step's row is written before its checkpoint, and a resumed run truncates the file to its checkpoint's step. A
/// killed and resumed run thus ends with the same bytes as an uninterrupted one.
public final class LossLog: TrainingListener {
  private static let ownColumns = ["step", "epoch", "learningRate"]

  private let file: URL
  private let values: (TrainingStep) -> [(name: String, value: Float)]
  private var handle: FileHandle?
  /// The names of the losses or measures.
  private var columns: [String] = []

  public init(file: URL) {
    self.file = file
    values = \.losses
  }

  public init(measuresIn file: URL) {
    self.file = file
    values = \.measures
  }

  public func receive(_ event: TrainingEvent) throws {
    switch event {
    case .started(let start):
      try begin(after: start.resumedStep)
    case .step(let step):
      try append(step)
    case .checkpoint, .failed, .finished:
      try attempt { try handle?.synchronize() }
    case .samples, .notice, .validated:
      break
    }
  }

  private func begin(after step: Int) throws {
    let contents = step > 0 ? (try? Data(contentsOf: file)) ?? Data() : Data()
    let kept = contents.prefix(Self.length(of: contents, upTo: step))
    let header = Self.lines(of: kept).first?.split(separator: ",").map(String.init) ?? []
    columns = Array(header.dropFirst(Self.ownColumns.count))
    try open(kept)
  }

  /// Replaces the file's contents and appends from there.
  private func open(_ contents: Data) throws {
    try AtomicFile.write(contents, to: file)
    try attempt {
      try handle?.close()
      handle = try FileHandle(forWritingTo: file)
      try handle?.seekToEnd()
    }
  }

  private func append(_ step: TrainingStep) throws {
    let values = values(step)
    let names = values.map(\.name).filter { !columns.contains($0) }
    if !names.isEmpty { try widen(by: names) }
    let cells = columns.map { name in values.first { $0.name == name }.map { "\($0.value)" } ?? "" }
    let row = ["\(step.step)", "\(step.epoch)", "\(step.learningRate)"] + cells
    try attempt { try handle?.write(contentsOf: Data((row.joined(separator: ",") + "\n").utf8)) }
  }

  /// Adds empty columns to the existing rows.
  private func widen(by names: [String]) throws {
    var lines = Self.lines(of: try Data(contentsOf: file))
    if lines.isEmpty { lines = [Self.ownColumns.joined(separator: ",")] }
    let header = ([lines[0]] + names).joined(separator: ",")
    let filling = String(repeating: ",", count: names.count)
    let widened = [header] + lines.dropFirst().map { $0 + filling }
    columns += names
    try open(Data((widened.joined(separator: "\n") + "\n").utf8))
  }

  private func attempt(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch {
      throw FileError.cannotWrite(path: file.path, reason: error.localizedDescription)
    }
  }

  private static func lines(of contents: Data) -> [String] {
    String(decoding: contents, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// The length in bytes of the header and the complete rows up to a step.
  private static func length(of contents: Data, upTo step: Int) -> Int {
    var length = 0
    for line in contents.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
      let first = String(decoding: line.prefix { $0 != UInt8(ascii: ",") }, as: UTF8.self)
      guard first == "step" || Int(first).map({ $0 <= step }) == true else { break }
      length += line.count + 1
    }
    return length
  }
}
