import Images

/// Passes rows of colours on as a result with its original's alpha, depth and metadata.
struct ResultRows<Sink: ImageSink> {
  private let original: Image
  private let sink: Sink
  /// The number of rows passed on.
  private(set) var count = 0
  private var hasBegun = false

  init(of original: Image, into sink: Sink) {
    self.original = original
    self.sink = sink
  }

  var width: Int { original.width }
  var height: Int { original.height }

  var interruptedTile: Int? { sink.interruptedTile }

  /// Begins the result, and goes on from finished rows as `ImageSink.resume` does.
  mutating func resume(colorChannels: Int, tile: Int, at ends: [Int]) throws -> Int {
    try begin(colorChannels: colorChannels)
    count = try sink.resume(tile: tile, at: ends)
    return count
  }

  private mutating func begin(colorChannels: Int) throws {
    guard !hasBegun else { return }
    hasBegun = true
    var header = original.header  // with the wide colours of the whole image, which a part lacks
    header.channels = colorChannels + (original.hasAlpha ? 1 : 0)
    try sink.begin(header)
  }

  /// Passes on the next rows, as wide as the original.
  mutating func append(_ colors: Image) throws {
    let end = count + colors.height
    let rows = original.cropped(to: PixelRectangle(rows: count..<end, columns: 0..<original.width))
    var part = try colors.withAlpha(from: rows)
    (part.bitDepth, part.metadata) = (rows.bitDepth, rows.metadata)
    try begin(colorChannels: part.colorChannels)
    try sink.append(part)
    count = end
  }
}
