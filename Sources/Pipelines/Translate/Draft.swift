import Images

/// Holds an intermediate image. What its computation reports goes to the sink of the final one, as the first half of the
/// way.
final class Draft<Final: ImageSink>: ImageSink {
  private let final: Final
  private let canvas = ImageCanvas()

  init(for final: Final) { self.final = final }

  func expect(_ estimate: ComputationEstimate) { final.expect(estimate) }
  func begin(_ header: ImageHeader) { canvas.begin(header) }
  func append(_ part: Image) { canvas.append(part) }
  func advance(to fraction: Double) throws { try final.advance(to: fraction / 2) }

  /// Complete after the last part.
  var image: Image { canvas.image }

  /// Reports the second half of the way, from 0 to 1.
  func advanceLater(to fraction: Double) throws { try final.advance(to: (1 + fraction) / 2) }
}
