import CImageCodecs

/// An encoder of one of the C libraries.
final class CodecEncoder: RowEncoder {
  typealias Beginning = (UnsafeMutablePointer<guise_encoder>?, UnsafePointer<guise_image_header>?) -> guise_codec_status

  private let path: String
  private let output: any ImageFileOutput
  /// At a fixed address, because the C library keeps pointers to it.
  private let encoder: UnsafeMutablePointer<guise_encoder>

  init(
    _ file: ImageHeader, _ segments: [FileSegment], path: String, output: any ImageFileOutput, begin: Beginning
  ) throws {
    (self.path, self.output) = (path, output)
    encoder = .allocate(capacity: 1)
    encoder.initialize(to: guise_encoder())
    try passOn(Self.withHeader(of: file, segments) { [encoder] in begin(encoder, $0) })
  }

  deinit {
    guise_encoder_free(encoder)
    encoder.deallocate()
  }

  func add(_ rowCount: Int, rows: UnsafeRawBufferPointer) throws {
    try passOn(encoder.pointee.add(encoder, rows.baseAddress, UInt32(rowCount)))
  }

  func finish() throws { try passOn(encoder.pointee.end(encoder)) }

  private func passOn(_ status: guise_codec_status) throws {
    guard status == GUISE_CODEC_DONE else {
      throw ImageError.cannotEncode(path: path, reason: text(of: &encoder.pointee.message))
    }
    try output.append(UnsafeRawBufferPointer(start: encoder.pointee.bytes, count: encoder.pointee.size))
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
