/// Sees discriminators that tell real from made without effort, and those that cannot at all.
package final class DiscriminatorWatch: Watch {
  /// In steps.
  private static let window = 100
  private static let interval = 10
  private static let wonAccuracy = 0.98
  /// Of any kind of loss: at least 0.25 for a discriminator that knows nothing.
  private static let wonLoss = 0.03
  /// How far from a half a blind discriminator's accuracy may be.
  private static let blindMargin = 0.05
  private static let blindNorm = 1e-4

  private struct Record {
    var (realAccuracy, fakeAccuracy) = (Window(window), Window(window))
    var (loss, norm) = (Window(window), Window(window))
  }

  private var records: [String: Record] = [:]
  /// The generators' adversarial losses.
  private var generators: [String: Window] = [:]
  private var (won, blind) = (Alarms(), Alarms())

  package init() {}

  package func see(_ step: TrainingStep) -> [String] {
    for (name, value) in step.losses where name.hasPrefix("adversarial") {
      generators[name, default: Window(Self.window)].append(Double(value))
    }
    return step.networks(with: .realAccuracy).flatMap { see($0, step) }
  }

  private func see(_ network: String, _ step: TrainingStep) -> [String] {
    guard let real = step.value(of: .realAccuracy, network), let fake = step.value(of: .fakeAccuracy, network),
      let loss = step.losses.first(where: { $0.name == network })
    else { return [] }
    var record = records.removeValue(forKey: network) ?? Record()
    record.realAccuracy.append(real)
    record.fakeAccuracy.append(fake)
    record.loss.append(Double(loss.value))
    record.norm.append(step.value(of: .gradientNorm, network) ?? .infinity)
    records[network] = record
    guard record.loss.isFull, step.step % Self.interval == 0 else { return [] }
    return [winning(network, record, step.step), blindness(network, record, step.step)].compactMap(\.self)
  }

  private func winning(_ network: String, _ record: Record, _ step: Int) -> String? {
    let accuracy = min(record.realAccuracy.mean, record.fakeAccuracy.mean)
    let stuck = generators.filter { $0.value.isFull && !Self.falls($0.value) }.keys.min()
    let hasWon = accuracy >= Self.wonAccuracy && record.loss.mean < Self.wonLoss && stuck != nil
    guard let since = won.see(hasWon ? 1 : nil, of: network, step: step), let stuck else { return nil }
    return """
      \(network) has won: since step \(since - Self.window + 1) it tells real images from made ones with an accuracy of \
      \(NumberText.short(Float(accuracy))) and a loss of \(NumberText.short(Float(record.loss.mean))), and \(stuck) does not \
      fall, so the generator learns nothing from it any more. Try a smaller discriminator, a lower learning rate, or \
      more varied images
      """
  }

  private static func falls(_ loss: Window) -> Bool {
    let (older, newer) = loss.halves
    return newer < older - 0.05 * abs(older)
  }

  /// Constant verdicts: wherever anything can still be learnt, the gradient is far larger.
  private func blindness(_ network: String, _ record: Record, _ step: Int) -> String? {
    let accuracy = (record.realAccuracy.mean + record.fakeAccuracy.mean) / 2
    let norm = record.norm.values.max() ?? .infinity
    let isBlind = abs(accuracy - 0.5) < Self.blindMargin && norm < Self.blindNorm
    guard let since = blind.see(isBlind ? 1 : nil, of: network, step: step) else { return nil }
    return """
      \(network) is blind: since step \(since - Self.window + 1) its accuracy is \(NumberText.short(Float(accuracy))), and its \
      gradients, of norm \(NumberText.short(Float(norm))) at most, teach it nothing. Begin again with a lower learning rate \
      or another discriminator.norm
      """
  }
}
