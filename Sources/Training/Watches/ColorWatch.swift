import Images

/// Sees outputs that are negatives, and those whose mean colour leaves what their domain and their inputs have.
package final class ColorWatch: Watch {
  /// The correlation of lightness below which outputs count as inverted.
  private static let inverted = -0.4
  /// The least contrast, as a multiple of the input's, of which that can be said.
  private static let leastContrast = 0.25
  /// How far, in 0...1, a mean may lie outside of the means that real images have.
  private static let margin = 0.12
  private static let channels = ["red", "green", "blue"]

  private var (inversions, drifts) = (Alarms(patience: 3), Alarms(patience: 3))

  package init() {}

  package func see(_ images: [SampleImages], step: Int) -> [String] {
    images.flatMap { images in
      if case .none = images.reference { return [String]() }
      return [inversion(images, step), drift(images, step)].compactMap(\.self)
    }
  }

  private func inversion(_ images: SampleImages, _ step: Int) -> String? {
    var (guides, name) = (images.inputs, "inputs")
    if case .truths(let truths) = images.reference { (guides, name) = (truths, "targets") }
    let correlations = zip(images.outputs, guides).map {
      Correlation(Thumbnail($0).lightness, Thumbnail($1).lightness)
    }
    .filter { $0.contrast > Self.leastContrast }
    let mean = correlations.reduce(0) { $0 + $1.coefficient } / Double(max(1, correlations.count))
    let isInverted = 2 * correlations.count > images.outputs.count && mean < Self.inverted
    guard let since = inversions.see(isInverted ? -mean : nil, of: images.generator, step: step) else {
      return nil
    }
    return """
      the outputs of \(images.generator) are inverted: since step \(since) they are dark where their \(name) are bright (the \
      correlation of their lightness is \(NumberText.short(Float(mean)))). Unless they should be, begin again with another \
      seed, or with identity losses where the task has them
      """
  }

  private func drift(_ images: SampleImages, _ step: Int) -> String? {
    let real = (images.inputs + images.real).map { Thumbnail($0).meanColor }
    let outputs = images.outputs.map { Thumbnail($0).meanColor }
    guard !real.isEmpty, !outputs.isEmpty else { return nil }
    let (channel, distance) =
      (0..<3).map { channel -> (Int, Double) in
        let mean = outputs.reduce(0) { $0 + $1[channel] } / Double(outputs.count)
        let (least, greatest) = (real.map { $0[channel] }.min() ?? 0, real.map { $0[channel] }.max() ?? 1)
        return (channel, mean < least ? mean - least : max(0, mean - greatest))
      }
      .max { abs($0.1) < abs($1.1) } ?? (0, 0)
    let name = images.outputs.allSatisfy { $0.channels < 3 } ? "gray" : Self.channels[channel]
    let badness = abs(distance) > Self.margin ? abs(distance) : nil
    guard let since = drifts.see(badness, of: images.generator, step: step) else { return nil }
    return """
      the colours of \(images.generator) drift: since step \(since) the mean \(name) of its outputs lies \
      \(NumberText.short(Float(abs(distance)))) \(distance < 0 ? "below" : "above") that of any real image, in 0...1. Begin \
      again with a lower learning rate, or with identity losses where the task has them
      """
  }
}
