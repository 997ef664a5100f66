/// How long images take, learnt from those that were computed.
struct SpeedTable {
  /// Seconds for a pixel, by what decides them.
  private var rates: [[String]: Double] = [:]

  /// What one image says, against all those before it.
  private static let share = 0.5

  /// The expected computing time; nil if nothing like it was computed before.
  func seconds(for job: Job) -> Double? { rates[Self.kind(of: job)].map { $0 * Self.pixels(of: job) } }

  mutating func take(_ job: Job) {
    guard job.state == .done, let seconds = job.result?.seconds else { return }
    let (kind, rate) = (Self.kind(of: job), seconds / Self.pixels(of: job))
    rates[kind] = rates[kind].map { $0 + Self.share * (rate - $0) } ?? rate
  }

  private static func pixels(of job: Job) -> Double { Double(max(1, job.image.width * job.image.height)) }

  private static func kind(of job: Job) -> [String] {
    [job.model] + ["device", "precision", "then", "ensemble"].map { job.settings[$0] ?? "" }
  }
}
