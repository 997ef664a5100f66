import CImageCodecs
import Foundation

/// A decoder of one of the C libraries.
final class CodecDecoder: PixelDecoder {
  typealias Opening = (UnsafeMutablePointer<guise_decoder>?, UnsafeMutablePointer<FILE>?, Int32) -> guise_codec_status

  private let path: String
  /// At a fixed address, because the C library keeps pointers to it.
  private let decoder: UnsafeMutablePointer<guise_decoder>

  /// - Parameter file: it must stay open as long as this object lives.
  init(_ file: UnsafeMutablePointer<FILE>, path: String, isLenient: Bool, open: Opening) throws {
    self.path = path
    decoder = .allocate(capacity: 1)
    decoder.initialize(to: guise_decoder())
    rewind(file)
    try check(open(decoder, file, isLenient ? 1 : 0))
  }

  deinit {
    guise_decoder_free(decoder)
    decoder.deallocate()
  }

  var width: Int { Int(decoder.pointee.width) }
  var height: Int { Int(decoder.pointee.height) }
  var channels: Int { Int(decoder.pointee.channels) }
  var isCMYK: Bool { decoder.pointee.is_cmyk != 0 }
  var bitDepth: Image.BitDepth { decoder.pointee.bit_depth == 16 ? .sixteen : .eight }

  func start(_ region: ImageRegion) throws {
    try check(
      decoder.pointee.start(
        decoder, UInt32(region.x), UInt32(region.y), UInt32(region.width), UInt32(region.height)))
  }

  func next(_ rowCount: Int, into rows: UnsafeMutableRawPointer) throws {
    try check(decoder.pointee.next(decoder, rows, UInt32(rowCount)))
  }

  var notice: ImageNotice? {
    guard decoder.pointee.has_loss != 0 else { return nil }
    return .incomplete(reason: text(of: &decoder.pointee.message), row: Int(decoder.pointee.loss_row))
  }

  /// A part of a HEIC or AVIF file besides its pixels; nil if it has none, or too large a one.
  func part(_ part: guise_heif_part) -> Data? {
    var bytes: UnsafeMutablePointer<UInt8>?
    let size = guise_heif_part(decoder, part, EmbeddedMetadata.largestPartSize, &bytes)
    guard size > 0, let bytes else { return nil }
    return Data(bytesNoCopy: bytes, count: size, deallocator: .free)
  }

  /// The code points (ITU-T H.273) of a HEIC or AVIF file's primaries and transfer function; 2 where it states none.
  var codePoints: (primaries: Int, transfer: Int) {
    var (primaries, transfer): (Int32, Int32) = (2, 2)
    guise_heif_colors(decoder, &primaries, &transfer)
    return (Int(primaries), Int(transfer))
  }

  private func check(_ status: guise_codec_status) throws {
    guard status != GUISE_CODEC_DONE else { return }
    let reason = text(of: &decoder.pointee.message)
    throw decoder.pointee.is_unread != 0
      ? ImageError.unsupported(path: path, reason: reason) : .damaged(path: path, reason: reason)
  }
}

/// The text in a C struct's array of characters, up to its terminating zero.
func text<Characters>(of characters: inout Characters) -> String {
  withUnsafeBytes(of: &characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
