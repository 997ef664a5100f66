import Images

/// Resizes a part of an image to its result's size as the image's parts arrive, by a Lanczos filter. Only rows that are
/// still needed are in memory.
final class ResizingSink<Sink: ImageSink>: ImageSink {
  private let result: Sink
  private let kept: PixelRectangle
  private let width: Int, height: Int
  private var resampling: RowResampling?
  private var header = ImageHeader(width: 0, height: 0, channels: 1)
  /// The parts of the newest rows, from the left.
  private var parts: [Image] = []
  /// Complete rows that are still needed, and the first one's place in the image.
  private var rows: Image?
  private var first = 0
  /// The number of rows passed on.
  private var count = 0

  /// - Parameters:
  ///   - kept: the part of the image.
  ///   - width, height: of the result.
  init(_ result: Sink, keeping kept: PixelRectangle, toWidth width: Int, height: Int) {
    self.result = result
    self.kept = kept
    (self.width, self.height) = (width, height)
  }

  func begin(_ header: ImageHeader) throws {
    self.header = header
    resampling = RowResampling(
      columns: kept.columns, ofWidth: header.width, rows: kept.rows, ofHeight: header.height, toWidth: width,
      height: height, filter: .lanczos)
    var resized = header
    (resized.width, resized.height) = (width, height)
    try result.begin(resized)
  }

  var interruptedTile: Int? { result.interruptedTile }

  /// The result goes on from rows that are made of nothing above the place where the image does.
  func resume(tile: Int, at ends: [Int]) throws -> Int {
    guard let resampling else { return 0 }
    var start = 0
    let starts = ends.map { end in
      while start < height, resampling.sources(of: start..<start + 1).lowerBound < end { start += 1 }
      return start
    }
    count = try result.resume(tile: tile, at: starts)
    guard count > 0, let place = starts.lastIndex(of: count) else { return 0 }
    first = ends[place]
    return first
  }

  func append(_ part: Image) throws {
    parts.append(part)
    guard parts.reduce(0, { $0 + $1.width }) == header.width else { return }
    rows = joined()
    parts = []
    try passOn()
  }

  func advance(to fraction: Double) throws { try result.advance(to: fraction) }

  /// The rows and, below them, the parts.
  private func joined() -> Image {
    let canvas = ImageCanvas()
    let pieces = (rows.map { [$0] } ?? []) + parts
    var all = header
    (all.height, all.channels) = ((rows?.height ?? 0) + parts[0].height, parts[0].channels)
    canvas.begin(all)
    pieces.forEach(canvas.append)
    return canvas.image
  }

  /// Passes on all rows of the result that can be made, and forgets what no further one is made of.
  private func passOn() throws {
    guard let resampling, let available = rows else { return }
    var end = count
    while end < height, resampling.sources(of: end..<end + 1).upperBound <= first + available.height { end += 1 }
    if end > count {
      try result.append(resampling.rows(count..<end, from: available, first: first))
      count = end
    }
    guard end < height else {
      rows = nil
      return
    }
    // What follows may begin below all that is there.
    let needed = min(first + available.height, resampling.sources(of: end..<end + 1).lowerBound)
    guard needed < first + available.height else {
      (rows, first) = (nil, first + available.height)
      return
    }
    rows = available.cropped(to: PixelRectangle(rows: needed - first..<available.height, columns: 0..<header.width))
    first = needed
  }
}
