import Images

/// Sees checkerboards, and frames along the borders.
package final class TextureWatch: Watch {
  /// A checkerboard's share of the fine detail, absolutely and as a multiple of what real images have.
  private static let (gridShare, gridShareRatio) = (0.25, 3.0)
  /// In 0...1, about one level of eight bits; absolutely and as a multiple of what real images have.
  private static let (gridAmplitude, gridAmplitudeRatio) = (0.004, 1.5)
  /// A frame's difference from what lies inside of it.
  private static let (frame, frameRatio) = (0.05, 3.0)

  private var (grids, frames) = (Alarms(patience: 3), Alarms(patience: 3))

  package init() {}

  package func see(_ images: [SampleImages], step: Int) -> [String] {
    images.flatMap { [grid($0, step), frame($0, step)].compactMap(\.self) }
  }

  private func grid(_ images: SampleImages, _ step: Int) -> String? {
    let (outputs, reals) = (images.outputs.map { FineDetail($0) }, images.real.map { FineDetail($0) })
    let found = [2, 4].compactMap { period -> (output: GridEnergy, real: GridEnergy)? in
      guard let output = GridEnergy(of: outputs, period: period),
        let real = GridEnergy(of: reals, period: period),
        output.share > max(Self.gridShare, Self.gridShareRatio * real.share),
        output.amplitude > max(Self.gridAmplitude, Self.gridAmplitudeRatio * real.amplitude)
      else { return nil }
      return (output, real)
    }
    .max { $0.output.amplitude < $1.output.amplitude }
    guard let since = grids.see(found?.output.amplitude, of: images.generator, step: step), let (output, real) = found
    else { return nil }
    return """
      the outputs of \(images.generator) show a checkerboard: since step \(since) \(percent(output.share)) of their fine \
      detail repeats every two or four pixels, and \(percent(real.share)) of the real images'. It may fade with more steps; \
      otherwise begin again with generator.upsampling: resizeConvolution, where the network has it
      """
  }

  private func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }

  private func frame(_ images: SampleImages, _ step: Int) -> String? {
    guard let output = Border.deviation(of: images.outputs), let inputs = Border.deviation(of: images.inputs),
      let real = Border.deviation(of: images.real)
    else { return nil }
    let usual = max(inputs, real)
    let badness = output > max(Self.frame, Self.frameRatio * usual) ? output : nil
    guard let since = frames.see(badness, of: images.generator, step: step) else { return nil }
    return """
      the outputs of \(images.generator) have a frame: since step \(since) their borders differ from what lies just inside \
      by \(NumberText.short(Float(output))), and real images' by \(NumberText.short(Float(usual))), in 0...1. Frames come from \
      padding: try a generator that reflects at the borders, and larger crops
      """
  }
}

enum Border {
  /// How far, in 0...1, the pixels along a side lie from those further inside: the difference of their means, of which the
  /// root mean square over all images, sides and channels. Nil if there are no images or one is too small.
  static func deviation(of images: [Image]) -> Double? {
    guard !images.isEmpty, images.allSatisfy({ min($0.width, $0.height) >= 12 }) else { return nil }
    let differences = images.flatMap { Self.differences($0.withoutAlpha()) }
    return (differences.reduce(0) { $0 + $1 * $1 } / Double(differences.count)).squareRoot()
  }

  /// For each side and channel, the mean at the border less the mean of a strip further inside.
  private static func differences(_ image: Image) -> [Double] {
    let width = max(1, min(image.width, image.height) / 64)
    let (outer, inner) = (0..<width, 3 * width..<5 * width)
    func mean(_ columns: Range<Int>, _ rows: Range<Int>) -> [Double] {
      let part = image.cropped(x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
      return (0..<part.channels).map { channel in
        stride(from: channel, to: part.pixels.count, by: part.channels).reduce(0) { $0 + Double(part.pixels[$1]) }
          / Double(part.pixels.count / part.channels)
      }
    }
    func mirrored(_ range: Range<Int>, _ length: Int) -> Range<Int> {
      length - range.upperBound..<length - range.lowerBound
    }
    let (columns, rows) = (0..<image.width, 0..<image.height)
    return [
      (mean(outer, rows), mean(inner, rows)),
      (mean(mirrored(outer, image.width), rows), mean(mirrored(inner, image.width), rows)),
      (mean(columns, outer), mean(columns, inner)),
      (mean(columns, mirrored(outer, image.height)), mean(columns, mirrored(inner, image.height))),
    ]
    .flatMap { zip($0, $1).map { $0 - $1 } }
  }
}
