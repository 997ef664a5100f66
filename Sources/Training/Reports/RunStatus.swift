import Files
import Foundation

/// What programs that watch a run need to know besides its tables: kept in the folder's `run.json`.
public struct RunStatus: Codable, Sendable, Equatable {
  public enum State: String, Codable, Sendable {
    /// Also of a run that was killed.
    case training
    case finished, stagnated, stopped, failed
  }

  public var state: State
  public var totalSteps: Int
  /// What the columns of sample grids show, and equal shares of their rows.
  public var columns: [String]
  public var groups: [String]
  /// Since the run began or went on, the newest last.
  public var notices: [String]
  /// Why it ended, if it failed.
  public var problem: String?

  /// The most notices that are kept.
  static let mostNotices = 50

  /// Nil if there is none that can be read.
  public init?(contentsOf url: URL) {
    guard let data = try? Data(contentsOf: url), let status = try? JSONDecoder().decode(RunStatus.self, from: data)
    else {
      return nil
    }
    self = status
  }

  init(_ start: TrainingStart) {
    state = .training
    totalSteps = start.plan.totalSteps
    (columns, groups) = (start.samples.columns, start.samples.groups)
    notices = []
  }
}

/// Writes `run.json` when a run begins and ends, and with each notice.
final class RunStatusLog: TrainingListener {
  private let file: URL
  private var status: RunStatus?

  init(file: URL) { self.file = file }

  func receive(_ event: TrainingEvent) throws {
    switch event {
    case .started(let start): status = RunStatus(start)
    case .notice(let step, let text): note("step \(step): \(text)")
    case .failed(let step, let problem):
      status?.state = .failed
      status?.problem = "step \(step): \(problem)"
    case .finished(let end):
      switch end.reason {
      case .completed: status?.state = .finished
      case .stagnated: status?.state = .stagnated
      case .interrupted: status?.state = .stopped
      }
    case .step, .validated, .samples, .checkpoint: return
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    if let status { try AtomicFile.write(encoder.encode(status), to: file) }
  }

  private func note(_ text: String) {
    guard var status else { return }
    status.notices = Array((status.notices + [text]).suffix(RunStatus.mostNotices))
    self.status = status
  }
}
