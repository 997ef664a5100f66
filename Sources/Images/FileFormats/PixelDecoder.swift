/// Decodes the pixels of an open file, without colour conversion and in the orientation in which they are stored.
protocol PixelDecoder: AnyObject {
  var width: Int { get }
  var height: Int { get }
  /// The file's channels; 4 for CMYK.
  var channels: Int { get }
  /// Whether samples are inverted inks, that is, the light that each ink lets through.
  var isCMYK: Bool { get }
  var bitDepth: Image.BitDepth { get }
  /// What a lenient decoder could not decode, if anything.
  var notice: ImageNotice? { get }

  /// Chooses the part of the image to decode. Call it once.
  func start(_ region: ImageRegion) throws
  /// Decodes the part's next rows into memory that has room for them, in samples of the file's depth.
  func next(_ rowCount: Int, into rows: UnsafeMutableRawPointer) throws
}

extension PixelDecoder {
  /// Decodes part of the image and calls `body` with its rows from the top, one band at a time. Call it once.
  func read<Sample: FixedWidthInteger>(
    _ region: ImageRegion, of type: Sample.Type, _ body: (UnsafeBufferPointer<Sample>) throws -> Void
  ) throws {
    try start(region)
    let bandHeight = min(region.height, max(1, bandPixelCount / region.width))
    let rowSize = region.width * channels
    try withUnsafeTemporaryAllocation(of: Sample.self, capacity: bandHeight * rowSize) { band in
      guard let rows = band.baseAddress else { return }
      for top in stride(from: 0, to: region.height, by: bandHeight) {
        let count = min(bandHeight, region.height - top)
        try next(count, into: rows)
        try body(UnsafeBufferPointer(rebasing: band[..<(count * rowSize)]))
      }
    }
  }
}

private let bandPixelCount = 1 << 16
