import Files
import Foundation
import Images

/// Writes event files for TensorBoard, if the recipe asks for them: losses, measures, the learning rate and measurements as
/// scalars, sample grids as images.
///
/// Each event is appended in one piece, so that a killed run leaves a file that is readable up to its last whole event.
/// Each start writes a file of its own, whose beginning makes readers drop what earlier ones hold of the steps to come.
public final class TensorBoardLog: TrainingListener {
  private let folder: URL
  private var handle: FileHandle?
  private var file: URL?

  /// - Parameter folder: the run's.
  public init(folder: URL) {
    self.folder = folder
  }

  public func receive(_ event: TrainingEvent) throws {
    if case .started(let start) = event { return try begin(start) }
    guard handle != nil else { return }
    switch event {
    case .step(let step):
      let values = Self.tagged("losses", step.losses) + Self.tagged("measures", step.measures)
      try append(.scalars(values + [("learningRate", Float(step.learningRate))]), step: step.step)
    case .validated(let validation):
      let scores = validation.scores.map { ($0.measure.rawValue, Float($0.value)) }
      try append(.scalars(Self.tagged("validation", scores)), step: validation.step)
    case .samples(let step, let file):
      let (png, image) = (try Data(contentsOf: file), try ImageHeader(contentsOf: file))
      try append(.image(tag: "samples", png: png, width: image.width, height: image.height), step: step)
    case .checkpoint, .failed, .finished:
      try attempt { try handle?.synchronize() }
    case .started, .notice:
      break
    }
  }

  private static func tagged(_ group: String, _ values: [(String, Float)]) -> [(tag: String, value: Float)] {
    values.map { ("\(group)/\($0)", $1) }
  }

  private func begin(_ start: TrainingStart) throws {
    try attempt { try handle?.close() }
    handle = nil
    guard start.recipe.output.tensorboard else { return }
    let file = folder.appending(path: newName)
    self.file = file
    try attempt {
      try Data().write(to: file)
      handle = try FileHandle(forWritingTo: file)
    }
    try append(.fileVersion, step: 0)
    try append(.restart, step: start.resumedStep + 1)
  }

  /// Readers take files in the order of their names, which hold the second when they were begun.
  private var newName: String {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let seconds = names.compactMap { name in
      name.hasPrefix(Self.prefix) ? Int(name.dropFirst(Self.prefix.count).prefix { $0 != "." }) : nil
    }
    let now = max(Int(Date().timeIntervalSince1970), (seconds.max() ?? 0) + 1)
    return "\(Self.prefix)\(now).guise"
  }

  private static let prefix = "events.out.tfevents."

  private func append(_ content: TensorBoardEvent.Content, step: Int) throws {
    let event = TensorBoardEvent(time: Date().timeIntervalSince1970, step: step, content)
    try attempt { try handle?.write(contentsOf: event.record) }
  }

  private func attempt(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch {
      throw FileError.cannotWrite(path: (file ?? folder).path, reason: error.localizedDescription)
    }
  }
}
