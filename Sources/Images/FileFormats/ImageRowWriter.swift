import CImageCodecs

/// Encodes an image file row by row from the top. Neither the image nor the file is ever in memory as a whole, except for
/// WebP, whose encoder needs all of the image.
package final class ImageRowWriter {
  private let encoder: any RowEncoder

  /// - Parameters:
  ///   - file: the whole image's header, from `format.header(for:)`.
  ///   - path: what errors call the file.
  ///   - halvesColor: whether a JPEG file's chroma has half the resolution; nil lets the quality decide.
  ///   - output: receives the file's bytes, piece by piece.
  package init(
    _ file: ImageHeader, format: ImageFileFormat, path: String, halvesColor: Bool? = nil, output: any ImageFileOutput
  ) throws {
    try format.checkSize(of: file, path: path)
    let metadata = file.metadata
    switch format {
    case .png:
      encoder = try CodecEncoder(
        file, PNGChunks.chunks(for: metadata), path: path, output: output, begin: guise_png_begin)
    case .jpeg(let quality):
      let segments = JPEGSegments.segments(for: metadata).segments
      encoder = try CodecEncoder(file, segments, path: path, output: output) {
        let isSubsampled = halvesColor ?? (quality < 90)
        return guise_jpeg_begin($0, $1, Int32(min(max(quality, 1), 100)), isSubsampled ? 1 : 0)
      }
    case .webP(let quality):
      let chunks = WebPChunks.chunks(for: metadata).chunks
      encoder = try CodecEncoder(file, chunks, path: path, output: output) {
        guise_webp_begin($0, $1, Int32(min(max(quality, 1), 100)))
      }
    case .tiff:
      encoder = try TIFFEncoder(file, output: output)
    }
  }

  /// Appends the next rows.
  package func write(_ rows: SampleRows) throws {
    try rows.withUnsafeBytes { try encoder.add(rows.height, rows: $0) }
  }

  /// Call it after the last row.
  package func finish() throws { try encoder.finish() }
}

/// Encodes an image's samples, in the layout of `SampleRows`, from the top.
protocol RowEncoder: AnyObject {
  func add(_ rowCount: Int, rows: UnsafeRawBufferPointer) throws
  func finish() throws
}
