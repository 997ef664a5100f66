import CImageCodecs
import Foundation

/// Decodes the pixels of a JPEG or PNG file with the C libraries, without colour conversion.
final class FileDecoder {
  enum Format {
    case jpeg, png

    init?(_ kind: ImageFileKind) {
      switch kind {
      case .jpeg: self = .jpeg
      case .png: self = .png
      default: return nil
      }
    }
  }

  private let format: Format
  private let path: String
  /// At a fixed address, because the C library keeps pointers to it.
  private let decoder: UnsafeMutablePointer<guise_decoder>

  /// - Parameter file: positioned at its beginning; it must stay open as long as this object lives.
  init(_ file: UnsafeMutablePointer<FILE>, format: Format, path: String, isLenient: Bool) throws {
    (self.format, self.path) = (format, path)
    decoder = .allocate(capacity: 1)
    decoder.initialize(to: guise_decoder())
    let leniency: Int32 = isLenient ? 1 : 0
    try check(
      format == .jpeg ? guise_jpeg_open(decoder, file, leniency) : guise_png_open(decoder, file, leniency))
  }

  deinit {
    guise_decoder_free(decoder)
    decoder.deallocate()
  }

  var width: Int { Int(decoder.pointee.width) }
  var height: Int { Int(decoder.pointee.height) }
  /// The file's channels; 4 for CMYK.
  var channels: Int { Int(decoder.pointee.channels) }
  var isCMYK: Bool { decoder.pointee.is_cmyk != 0 }
  var bitDepth: Image.BitDepth { decoder.pointee.bit_depth == 16 ? .sixteen : .eight }

  /// Decodes part of the image and calls `body` with its rows from the top, one band at a time. Call it once.
  func read<Sample: FixedWidthInteger>(
    _ region: ImageRegion, of type: Sample.Type, _ body: (UnsafeBufferPointer<Sample>) throws -> Void
  ) throws {
    let (x, y) = (UInt32(region.x), UInt32(region.y))
    let (width, height) = (UInt32(region.width), UInt32(region.height))
    try check(
      format == .jpeg
        ? guise_jpeg_start(decoder, x, y, width, height) : guise_png_start(decoder, x, y, width, height))
    let bandHeight = min(region.height, max(1, Self.bandPixelCount / region.width))
    let rowSize = region.width * channels
    try withUnsafeTemporaryAllocation(of: Sample.self, capacity: bandHeight * rowSize) { band in
      for top in stride(from: 0, to: region.height, by: bandHeight) {
        let count = min(bandHeight, region.height - top)
        try check(
          format == .jpeg
            ? guise_jpeg_next(decoder, band.baseAddress, UInt32(count))
            : guise_png_next(decoder, band.baseAddress, UInt32(count)))
        try body(UnsafeBufferPointer(rebasing: band[..<(count * rowSize)]))
      }
    }
  }

  private static let bandPixelCount = 1 << 16

  /// What a lenient decoder could not decode, if anything.
  var notice: ImageNotice? {
    guard decoder.pointee.has_loss != 0 else { return nil }
    return .incomplete(reason: text(of: &decoder.pointee.message), row: Int(decoder.pointee.loss_row))
  }

  private func check(_ status: guise_codec_status) throws {
    guard status == GUISE_CODEC_DONE else {
      throw ImageError.damaged(path: path, reason: text(of: &decoder.pointee.message))
    }
  }
}

/// The text in a C struct's array of characters, up to its terminating zero.
func text<Characters>(of characters: inout Characters) -> String {
  withUnsafeBytes(of: &characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
