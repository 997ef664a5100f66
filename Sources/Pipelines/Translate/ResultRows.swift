import Images

/// Passes rows of colours on as a result with its original's alpha, depth and metadata.
struct ResultRows<Sink: ImageSink> {
  private let original: Image
  private let sink: Sink
  /// The number of rows passed on.
  private(set) var count = 0

  init(of original: Image, into sink: Sink) {
    self.original = original
    self.sink = sink
  }

  var width: Int { original.width }
  var height: Int { original.height }

  /// Passes on the next rows, as wide as the original.
  mutating func append(_ colors: Image) throws {
    let end = count + colors.height
    let rows = original.cropped(to: PixelRectangle(rows: count..<end, columns: 0..<original.width))
    var part = try colors.withAlpha(from: rows)
    (part.bitDepth, part.metadata) = (rows.bitDepth, rows.metadata)
    if count == 0 {
      var header = part.header
      header.height = original.height
      header.metadata = original.metadata  // with the wide colours of the whole image, which a part lacks
      try sink.begin(header)
    }
    try sink.append(part)
    count = end
  }
}
