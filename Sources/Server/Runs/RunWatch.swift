import Foundation
import Synchronization
import Training

/// Looks at the folder of runs about once a second and tells what has changed there, whoever trains.
final class RunWatch: Sendable {
  private struct Seen {
    var stamp: RunList.Stamp
    var step: Int
    /// When a step was seen first since training began to be watched, for the rate.
    var since: (time: ContinuousClock.Instant, step: Int)?
    var secondsPerStep: Double?
  }

  private let list: RunList
  private let host: TrainingHost
  private let events: EventHub
  private let seen = Mutex<[String: Seen]>([:])
  private let isStopped = Mutex(false)

  private static let interval = 1.0

  init(_ list: RunList, host: TrainingHost, events: EventHub) {
    (self.list, self.host, self.events) = (list, host, events)
  }

  func start() {
    look(tells: false)
    Thread.detachNewThread { [self] in
      while !isStopped.withLock({ $0 }) {
        Thread.sleep(forTimeInterval: Self.interval)
        look(tells: true)
      }
    }
  }

  func stop() { isStopped.withLock { $0 = true } }

  /// The newest first.
  var views: [RunView] {
    let folders = RunList.folders(in: list.outputs)
    let others = host.known.subtracting(folders.map(\.name)).compactMap { try? folder($0) }
    return (folders + others).map(view).sorted { ($0.changed, $0.name) > ($1.changed, $1.name) }
  }

  /// A run's folder, which is not there yet where the run begins, and never where it could not. Throws `Refusal` if there is
  /// no such run.
  func folder(_ name: String) throws(Refusal) -> RunFolder {
    do {
      return try list.folder(name)
    } catch {
      guard host.known.contains(name), let folder = try? RunFolder(name: name, in: list.outputs) else { throw error }
      return folder
    }
  }

  func view(_ run: RunFolder) -> RunView {
    var view = list.view(
      of: run, own: host.state(of: run.name), secondsPerStep: seen.withLock { $0[run.name]?.secondsPerStep })
    if let problem = host.problem(of: run.name), host.state(of: run.name) == nil {
      (view.state, view.error) = (.failed, problem)
    }
    return view
  }

  /// Tells of a run that begins or ends.
  func tell(_ name: String) {
    if let run = try? folder(name) { events.tell("run", view(run), to: Client.host.owner) }
    if host.state(of: name) == nil { events.tell("models", [String: String](), to: Client.host.owner) }
  }

  private func look(tells: Bool) {
    for run in RunList.folders(in: list.outputs) {
      let stamp = RunList.stamp(of: run)
      let old = seen.withLock { $0[run.name] }
      guard old?.stamp != stamp else { continue }
      let step = LossTail(run.losses)?.step ?? 0
      seen.withLock { $0[run.name] = Self.updated(old, stamp, step) }
      guard tells else { continue }
      events.tell("run", view(run), to: Client.host.owner)
      if let newest = stamp.samples, newest != old?.stamp.samples {
        events.tell("samples", StepOfRun(run: run.name, step: newest), to: Client.host.owner)
      }
      if stamp.validation != old?.stamp.validation, stamp.validation != nil {
        events.tell("measured", StepOfRun(run: run.name, step: step), to: Client.host.owner)
      }
    }
  }

  private struct StepOfRun: Encodable {
    let run: String
    let step: Int
  }

  private static func updated(_ old: Seen?, _ stamp: RunList.Stamp, _ step: Int) -> Seen {
    var new = old ?? Seen(stamp: stamp, step: step)
    new.stamp = stamp
    if let since = new.since, step > since.step, step >= new.step {
      new.secondsPerStep = (ContinuousClock.now - since.time) / .seconds(1) / Double(step - since.step)
    } else if step != new.step || new.since == nil {
      new.since = (.now, step)
    }
    new.step = step
    return new
  }
}
