import Files
import Foundation
import Training

/// A run as clients see it.
struct RunView: Encodable, Sendable {
  enum State: String, Encodable, Sendable {
    case starting, training, stopping, stopped, finished, failed, elsewhere
  }

  struct Samples: Encodable, Sendable {
    var steps: [Int] = []
    var columns: [String] = []
    var groups: [String] = []
  }

  let name: String
  var task: String?
  var state: State
  var step = 0
  var totalSteps: Int?
  var epoch: Int?
  var secondsPerStep: Double?
  var secondsLeft: Double?
  var changed: Double
  /// The newest; nil where one is not finite.
  var losses: [String: Double?] = [:]
  var warnings: [String] = []
  var error: String?
  var samples = Samples()
  var checkpoints: [Int] = []
  var models: [String] = []
  /// Its YAML, where one run was asked for.
  var recipe: String?
}

/// The runs in a folder, whoever trains them, by what lies in theirs.
struct RunList: Sendable {
  let outputs: URL

  /// The folders with a recipe in a folder of runs.
  static func folders(in outputs: URL) -> [RunFolder] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: outputs.path)) ?? []
    return names.sorted().compactMap { try? RunFolder(name: $0, in: outputs) }
      .filter { FileManager.default.fileExists(atPath: $0.recipe.path) }
  }

  /// Throws `Refusal` if there is no such run.
  func folder(_ name: String) throws(Refusal) -> RunFolder {
    guard let folder = try? RunFolder(name: name, in: outputs),
      FileManager.default.fileExists(atPath: folder.recipe.path)
    else { throw .missing("there is no run '\(name)'") }
    return folder
  }

  /// What changes while a run goes on, besides its losses.
  struct Stamp: Equatable {
    let losses, status, validation: FileStamp?
    let samples: Int?
  }

  static func stamp(of run: RunFolder) -> Stamp {
    Stamp(
      losses: FileStamp(run.losses), status: FileStamp(run.status), validation: FileStamp(run.validation),
      samples: run.sampleSteps.last)
  }

  /// - Parameter own: the state of a run that this server trains.
  func view(of run: RunFolder, own: RunView.State? = nil, secondsPerStep: Double? = nil) -> RunView {
    let status = RunStatus(contentsOf: run.status)
    let recipe = try? Recipe(contentsOf: run.recipe)
    let changed = [run.losses, run.status, run.recipe].compactMap { FileStamp($0)?.changed }.max()
    var view = RunView(
      name: run.name, state: own ?? Self.state(of: run, status), changed: changed ?? Date().timeIntervalSince1970)
    view.task = recipe?.task.name
    if let newest = LossTail(run.losses) {
      (view.step, view.epoch, view.losses) = (newest.step, newest.epoch, newest.losses)
    }
    view.totalSteps = status?.totalSteps
    if [.training, .elsewhere, .stopping].contains(view.state), let seconds = secondsPerStep {
      view.secondsPerStep = seconds
      view.secondsLeft = view.totalSteps.map { seconds * Double(max(0, $0 - view.step)) }
    }
    view.warnings = status?.notices ?? []
    view.error = view.state == .failed ? status?.problem : nil
    view.samples = RunView.Samples(
      steps: run.sampleSteps, columns: status?.columns ?? [], groups: status?.groups ?? [])
    view.checkpoints = run.checkpointSteps
    let names = (try? run.modelNames) ?? []
    view.models =
      names.flatMap { name in
        [("", run.model(name)), ("-best", run.best(name))]
          .filter { FileManager.default.fileExists(atPath: $0.1.path) }.map { "run:\(run.name):\(name)\($0.0)" }
      } + (view.checkpoints.isEmpty ? [] : names.map { "run:\(run.name):\($0):newest" })
    return view
  }

  /// The state of a run that this server does not train.
  private static func state(of run: RunFolder, _ status: RunStatus?) -> RunView.State {
    switch status?.state {
    case .finished, .stagnated: return .finished
    case .stopped: return .stopped
    case .failed: return .failed
    case .training, nil:
      // Whether its process lives is told by its lock. It is only tried where something was written of late.
      guard let changed = FileStamp(run.losses)?.changed, Date().timeIntervalSince1970 - changed < mostSecondsOfAStep
      else {
        return .stopped
      }
      do {
        _ = try FolderLock(run.root)
        return .stopped
      } catch {
        return .elsewhere
      }
    }
  }

  private static let mostSecondsOfAStep = 600.0
}

/// The last row of a table of losses.
struct LossTail {
  let step: Int
  let epoch: Int
  let losses: [String: Double?]

  /// In bytes; a row is far shorter.
  private static let longestRow = 1 << 14

  /// Nil if there is no row yet.
  init?(_ file: URL) {
    guard let handle = try? FileHandle(forReadingFrom: file), let size = try? handle.seekToEnd() else { return nil }
    defer { try? handle.close() }
    func read(at offset: UInt64, _ count: Int) -> String? {
      try? handle.seek(toOffset: offset)
      return (try? handle.read(upToCount: count)).flatMap { String(data: $0, encoding: .utf8) }
    }
    guard let header = read(at: 0, Self.longestRow)?.split(separator: "\n").first,
      let end = read(at: size > UInt64(Self.longestRow) ? size - UInt64(Self.longestRow) : 0, Self.longestRow)
    else { return nil }
    // The last line may be half-written.
    let rows = end.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let names = header.split(separator: ",", omittingEmptySubsequences: false)
    guard let fields = rows.last?.split(separator: ",", omittingEmptySubsequences: false), fields.count == names.count,
      let step = Int(fields[0]), let epoch = Int(fields[1])
    else { return nil }
    (self.step, self.epoch) = (step, epoch)
    losses = Dictionary(
      zip(names, fields).dropFirst(3).filter { !$0.1.isEmpty }.map { name, text in
        (String(name), Double(text).flatMap { $0.isFinite ? $0 : nil })
      }, uniquingKeysWith: { first, _ in first })
  }
}
