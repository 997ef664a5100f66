/// Sees gradients that vanish or burst: a network's norm against its own at the beginning and since.
///
/// Norms that are not finite end the run, and need no watch.
package final class GradientWatch: Watch {
  /// In steps.
  private static let recent = 20
  private static let beginning = 5
  private static let earlier = 500
  /// How many earlier norms there must be to compare with.
  private static let enough = 50
  private static let interval = 10

  /// As multiples of the median of earlier norms.
  private static let (vanished, burst) = (1e-3, 50.0)
  /// As multiples of the beginning's, when networks are new and norms change most.
  private static let (vanishedSinceBeginning, burstSinceBeginning) = (1e-5, 1e3)
  /// Whatever came before.
  private static let nothing = 1e-12

  private struct Record {
    var beginning: [Double] = []
    var recent = Window(GradientWatch.recent)
    var earlier = Window(GradientWatch.earlier)
  }

  private var records: [String: Record] = [:]
  private var (vanishing, bursting) = (Alarms(), Alarms())

  package init() {}

  package func see(_ step: TrainingStep) -> [String] {
    step.networks(with: .gradientNorm).flatMap { network -> [String] in
      guard let norm = step.value(of: .gradientNorm, network), norm.isFinite else { return [] }
      var record = records.removeValue(forKey: network) ?? Record()
      if record.beginning.count < Self.beginning { record.beginning.append(norm) }
      if let older = record.recent.append(norm) { record.earlier.append(older) }
      records[network] = record
      guard record.recent.isFull, step.step % Self.interval == 0 else { return [] }
      return see(network, record, step.step)
    }
  }

  private func see(_ network: String, _ record: Record, _ step: Int) -> [String] {
    let norm = record.recent.median
    let first = record.beginning.sorted()[record.beginning.count / 2]
    let usual = record.earlier.values.count >= Self.enough ? record.earlier.median : nil
    let hasVanished =
      norm < Self.nothing || norm < Self.vanishedSinceBeginning * first
      || usual.map { norm < Self.vanished * $0 } ?? false
    let hasBurst = norm > Self.burstSinceBeginning * first || usual.map { norm > Self.burst * $0 } ?? false
    let before = usual ?? first
    // A run that stands still from its beginning has nothing to compare with.
    let comparison = "a norm of \(text(norm))" + (before < Self.nothing ? "" : ", and \(text(before)) before")
    var notices: [String] = []
    if let since = vanishing.see(hasVanished ? 1 : nil, of: network, step: step) {
      notices.append(
        "the gradients of \(network) have vanished: since step \(since - Self.recent + 1) they have \(comparison), so it "
          + "learns nothing any more. Begin again with a lower learning rate or with a norm in the network; if the "
          + "discriminator has won, with a smaller one")
    }
    if let since = bursting.see(hasBurst ? norm : nil, of: network, step: step) {
      notices.append(
        "the gradients of \(network) have burst: since step \(since - Self.recent + 1) they have \(comparison). Begin "
          + "again with a lower learning rate, or with optimizer.clip")
    }
    return notices
  }

  private func text(_ norm: Double) -> String { NumberText.short(Float(norm)) }
}
