import Files
import Foundation

/// Writes `losses.csv`: a row for each step with its epoch, learning rate and losses.
///
/// A row is in the file before the step's checkpoint is, and a resumed run cuts the file back to its checkpoint's step: so
/// a run that was killed ends with the same bytes as one that was not.
public final class LossLog: TrainingListener {
  private let file: URL
  private var handle: FileHandle?

  public init(file: URL) {
    self.file = file
  }

  public func receive(_ event: TrainingEvent) throws {
    switch event {
    case .started(let start):
      try begin(after: start.resumedStep)
    case .step(let step):
      try append(step)
    case .checkpoint, .finished:
      try attempt { try handle?.synchronize() }
    case .samples, .notice:
      break
    }
  }

  private func begin(after step: Int) throws {
    let contents = step > 0 ? (try? Data(contentsOf: file)) ?? Data() : Data()
    try AtomicFile.write(contents.prefix(Self.length(of: contents, upTo: step)), to: file)
    try attempt {
      handle = try FileHandle(forWritingTo: file)
      try handle?.seekToEnd()
    }
  }

  private func append(_ step: TrainingStep) throws {
    var text = ""
    if try handle?.offset() == 0 {
      text = (["step", "epoch", "learningRate"] + step.losses.map(\.name)).joined(separator: ",") + "\n"
    }
    let values = ["\(step.step)", "\(step.epoch)", "\(step.learningRate)"] + step.losses.map { "\($0.value)" }
    text += values.joined(separator: ",") + "\n"
    try attempt { try handle?.write(contentsOf: Data(text.utf8)) }
  }

  private func attempt(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch {
      throw FileError.cannotWrite(path: file.path, reason: error.localizedDescription)
    }
  }

  /// The bytes of the header and of the whole rows up to a step.
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
