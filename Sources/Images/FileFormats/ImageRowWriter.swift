import CImageCodecs
import Foundation

/// Encodes an image file row by row from the top, so that neither the image nor the file is ever in memory as a whole.
package final class ImageRowWriter {
  private let format: ImageFileFormat
  private let path: String
  private let output: (UnsafeRawBufferPointer) throws -> Void
  /// At a fixed address, because the C library keeps pointers to it.
  private let encoder: UnsafeMutablePointer<guise_encoder>

  /// - Parameters:
  ///   - file: the whole image's header, from `format.header(for:)`.
  ///   - path: what errors call the file.
  ///   - halvesColor: whether a JPEG file's chroma has half the resolution; nil lets the quality decide.
  ///   - output: receives the file's bytes, piece by piece.
  package init(
    _ file: ImageHeader, format: ImageFileFormat, path: String, halvesColor: Bool? = nil,
    output: @escaping (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    try format.checkSize(of: file, path: path)
    self.format = format
    self.path = path
    self.output = output
    encoder = .allocate(capacity: 1)
    encoder.initialize(to: guise_encoder())
    let status = Self.withHeader(of: file, format.segments(for: file.metadata).segments) { [encoder] header in
      switch format {
      case .png:
        return guise_png_begin(encoder, header)
      case .jpeg(let quality):
        let isSubsampled = halvesColor ?? (quality < 90)
        return guise_jpeg_begin(encoder, header, Int32(min(max(quality, 1), 100)), isSubsampled ? 1 : 0)
      }
    }
    try passOn(status)
  }

  deinit {
    guise_encoder_free(encoder)
    encoder.deallocate()
  }

  /// Appends the next rows.
  package func write(_ rows: SampleRows) throws {
    try passOn(
      rows.withUnsafeBytes { samples in
        let count = UInt32(rows.height)
        return format == .png
          ? guise_png_add(encoder, samples.baseAddress, count) : guise_jpeg_add(encoder, samples.baseAddress, count)
      })
  }

  /// Call it after the last row.
  package func finish() throws {
    try passOn(format == .png ? guise_png_end(encoder) : guise_jpeg_end(encoder))
  }

  private func passOn(_ status: guise_codec_status) throws {
    guard status == GUISE_CODEC_DONE else {
      throw ImageError.cannotEncode(path: path, reason: text(of: &encoder.pointee.message))
    }
    try output(UnsafeRawBufferPointer(start: encoder.pointee.bytes, count: encoder.pointee.size))
    encoder.pointee.size = 0
  }

  private static func withHeader<Result>(
    of file: ImageHeader, _ segments: [FileSegment], _ body: (UnsafePointer<guise_image_header>) -> Result
  ) -> Result {
    let bytes = segments.flatMap(\.bytes)
    return bytes.withUnsafeBufferPointer { bytes in
      var start = 0
      let segments = segments.map { segment in
        defer { start += segment.bytes.count }
        let kind = (segment.kind[0], segment.kind[1], segment.kind[2], segment.kind[3])
        return guise_segment(
          kind: kind, bytes: bytes.baseAddress.map { $0 + start }, size: segment.bytes.count)
      }
      return segments.withUnsafeBufferPointer { segments in
        let density = file.metadata.resolution?.jfif ?? ImageResolution.JFIF(unit: 0, x: 1, y: 1)
        var header = guise_image_header(
          width: UInt32(file.width), height: UInt32(file.height), channels: Int32(file.channels),
          bit_depth: Int32(file.bitDepth.rawValue), density_unit: density.unit, density_x: density.x,
          density_y: density.y, segments: segments.baseAddress, segment_count: segments.count)
        return body(&header)
      }
    }
  }
}

extension ImageFileFormat {
  /// The metadata that a file of this format cannot hold.
  package func notices(for file: ImageHeader) -> [ImageNotice] {
    segments(for: file.metadata).notices
  }

  fileprivate func segments(for metadata: ImageMetadata) -> (segments: [FileSegment], notices: [ImageNotice]) {
    self == .png ? (PNGChunks.chunks(for: metadata), []) : JPEGSegments.segments(for: metadata)
  }

  /// Throws `ImageError.cannotEncode` for an image that is too large for this format.
  package func checkSize(of file: ImageHeader, path: String) throws {
    if let obstacle = file.obstacle { throw ImageError.cannotEncode(path: path, reason: obstacle) }
    let largest = self == .png ? Int(Int32.max) : Int(guise_jpeg_largest_side)
    guard max(file.width, file.height) > largest else { return }
    throw ImageError.cannotEncode(
      path: path,
      reason: "it would measure \(file.width)x\(file.height) pixels, and \(self == .png ? "PNG" : "JPEG") has room for "
        + "\(largest) a side: make it smaller" + (self == .png ? "" : ", or choose PNG"))
  }
}
