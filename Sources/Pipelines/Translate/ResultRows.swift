import Images

/// Passes rows of colours on as a result with its original's size, alpha, depth and metadata.
final class ResultRows<Sink: ImageSink>: ImageSink {
  private let original: Image
  private let sink: Sink
  private let report: (Double) throws -> Void
  /// The number of rows passed on.
  private var count = 0
  private var hasBegun = false

  /// - Parameter report: told what the sink would be told otherwise.
  init(of original: Image, into sink: Sink, advance report: ((Double) throws -> Void)? = nil) {
    self.original = original
    self.sink = sink
    self.report = report ?? sink.advance
  }

  /// Only the number of channels counts.
  func begin(_ header: ImageHeader) throws { try begin(colorChannels: header.channels) }

  private func begin(colorChannels: Int) throws {
    guard !hasBegun else { return }
    hasBegun = true
    var header = original.header  // with the wide colours of the whole image, which a part lacks
    header.channels = colorChannels + (original.hasAlpha ? 1 : 0)
    try sink.begin(header)
  }

  var interruptedTile: Int? { sink.interruptedTile }

  func resume(tile: Int, at ends: [Int]) throws -> Int {
    count = try sink.resume(tile: tile, at: ends)
    return count
  }

  /// Passes on the next rows, as wide as the original.
  func append(_ colors: Image) throws {
    let end = count + colors.height
    let rows = original.cropped(to: PixelRectangle(rows: count..<end, columns: 0..<original.width))
    var part = try colors.withAlpha(from: rows)
    (part.bitDepth, part.metadata) = (rows.bitDepth, rows.metadata)
    try begin(colorChannels: part.colorChannels)
    try sink.append(part)
    count = end
  }

  func advance(to fraction: Double) throws { try report(fraction) }
}
