import Images

/// Sees a generator that collapsed: its outputs for different images resemble one another far more than the images do.
package final class SpreadWatch: Watch {
  /// The outputs' spread as a multiple of what it should be.
  private static let smallest = 0.1
  /// Images that differ less cannot show a collapse.
  private static let leastSpread = 0.02

  private var alarms = Alarms(patience: 3)

  package init() {}

  package func see(_ images: [SampleImages], step: Int) -> [String] {
    images.compactMap { images in
      guard let outputs = spread(images.outputs), let expected = expected(images), expected > Self.leastSpread else {
        return nil
      }
      let ratio = outputs / expected
      let badness = ratio < Self.smallest ? 1 / ratio : nil
      guard let since = alarms.see(badness, of: images.generator, step: step) else { return nil }
      return """
        \(images.generator) has collapsed: since step \(since) its outputs for different images differ from one another \
        \(NumberText.short(Float(ratio))) times as much as they should. Go on from a model or begin again with a lower \
        learning rate, more weight on the losses that tie outputs to inputs, or more varied images
        """
    }
  }

  /// What outputs should be like may differ less than the inputs.
  private func expected(_ images: SampleImages) -> Double? {
    guard let inputs = spread(images.inputs) else { return nil }
    guard case .truths(let truths) = images.reference, let truths = spread(truths) else { return inputs }
    return min(inputs, truths)
  }

  private func spread(_ images: [Image]) -> Double? { Thumbnail.spread(of: images.map { Thumbnail($0) }) }
}
