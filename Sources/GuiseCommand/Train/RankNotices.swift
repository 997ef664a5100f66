import Training

/// Tells what a rank other than the first, which has the logs, finds amiss with its images.
final class RankNotices: TrainingListener {
  private let rank: Int

  init(rank: Int) { self.rank = rank }

  func receive(_ event: TrainingEvent) {
    guard case .notice(let step, let text) = event else { return }
    ErrorLine.write("rank \(rank), step \(step): \(text)")
  }
}
