/// Sees a discriminator that knows the training images by heart: it scores them far above held-out ones of the same
/// domain (the overfitting of Karras et al. 2020, "Training generative adversarial networks with limited data").
package final class MemorizationWatch: Watch {
  /// In steps.
  private static let window = 200
  /// In batches of held-out images.
  private static let (heldOutWindow, enoughHeldOut) = (32, 8)
  /// How far held-out images lie from training images on the way to fakes: 0 if nothing was memorised, 1 if all was.
  private static let memorized = 0.5
  /// In standard errors.
  private static let certainty = 3.0

  private struct Record {
    var (real, fake) = (Window(window), Window(window))
    var heldOut = Window(heldOutWindow)
  }

  private var records: [String: Record] = [:]
  private var alarms = Alarms(patience: 3)

  package init() {}

  package func see(_ step: TrainingStep) -> [String] {
    for network in step.networks(with: .realScore) {
      guard let real = step.value(of: .realScore, network), let fake = step.value(of: .fakeScore, network) else {
        continue
      }
      records[network, default: Record()].real.append(real)
      records[network, default: Record()].fake.append(fake)
    }
    return []
  }

  package func see(heldOut measures: [(name: String, value: Float)], step: Int) -> [String] {
    records.keys.sorted().compactMap { network in
      let name = NetworkMeasure.realScore.name(of: network)
      for measure in measures where measure.name == name {
        records[network]?.heldOut.append(Double(measure.value))
      }
      guard let record = records[network], record.heldOut.values.count >= Self.enoughHeldOut else { return nil }
      let share = Self.share(record)
      let badness = share > Self.memorized ? share : nil
      guard let since = alarms.see(badness, of: network, step: step) else { return nil }
      return """
        \(network) knows its training images by heart: since step \(since) it scores held-out images of the same domain \
        \(NumberText.short(Float(share))) of the way from those to fakes. What it teaches gets worse: use the model of an \
        earlier step, or begin again with more images, more augmentation, or a smaller discriminator
        """
    }
  }

  /// 0 where the scores are too uncertain to tell.
  private static func share(_ record: Record) -> Double {
    let memorized = record.real.mean - record.heldOut.mean
    let error = (record.real.squaredError + record.heldOut.squaredError).squareRoot()
    let distance = record.real.mean - record.fake.mean
    guard distance > 0, memorized > certainty * error else { return 0 }
    return memorized / distance
  }
}
