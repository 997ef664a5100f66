import Images

/// Resizes an image to its result's size as its parts arrive, by a Lanczos filter. Only rows that are still needed are in
/// memory.
final class ResizingSink<Sink: ImageSink>: ImageSink {
  private var result: ResultRows<Sink>
  private let report: (Double) throws -> Void
  private var resampling: RowResampling?
  private var width = 0, channels = 0
  /// The parts of the newest rows, from the left.
  private var parts: [Image] = []
  /// Complete rows that are still needed, and the first one's place in the image.
  private var rows: Image?
  private var first = 0

  init(_ result: consuming ResultRows<Sink>, advance report: @escaping (Double) throws -> Void) {
    self.result = result
    self.report = report
  }

  func begin(_ header: ImageHeader) {
    (width, channels) = (header.width, header.channels)
    resampling = RowResampling(
      width: header.width, height: header.height, toWidth: result.width, height: result.height, filter: .lanczos)
  }

  var interruptedTile: Int? { result.interruptedTile }

  /// The result goes on from rows that are made of nothing above the place where the image does.
  func resume(tile: Int, at ends: [Int]) throws -> Int {
    guard let resampling else { return 0 }
    let starts = ends.map { end in
      (0..<result.height).first { resampling.sources(of: $0..<$0 + 1).lowerBound >= end } ?? result.height
    }
    let done = try result.resume(colorChannels: channels, tile: tile, at: starts)
    guard done > 0, let place = starts.lastIndex(of: done) else { return 0 }
    first = ends[place]
    return first
  }

  func append(_ part: Image) throws {
    parts.append(part)
    guard parts.reduce(0, { $0 + $1.width }) == width else { return }
    rows = joined()
    parts = []
    try passOn()
  }

  func advance(to fraction: Double) throws { try report(fraction) }

  /// The rows and, below them, the parts.
  private func joined() -> Image {
    let canvas = ImageCanvas()
    let pieces = (rows.map { [$0] } ?? []) + parts
    canvas.begin(
      ImageHeader(width: width, height: (rows?.height ?? 0) + parts[0].height, channels: parts[0].channels))
    pieces.forEach(canvas.append)
    return canvas.image
  }

  /// Passes on all rows of the result that can be made, and forgets what no further one is made of.
  private func passOn() throws {
    guard let resampling, let available = rows else { return }
    var end = result.count
    while end < result.height, resampling.sources(of: end..<end + 1).upperBound <= first + available.height { end += 1 }
    guard end > result.count else { return }
    try result.append(resampling.rows(result.count..<end, from: available, first: first))
    guard end < result.height else {
      rows = nil
      return
    }
    let needed = resampling.sources(of: end..<end + 1).lowerBound
    rows = available.cropped(
      to: PixelRectangle(rows: needed - first..<available.height, columns: 0..<width))
    first = needed
  }
}
