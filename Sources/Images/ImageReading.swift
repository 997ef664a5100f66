import CImageCodecs
import Foundation

extension Image {
  /// Larger images are refused: 16384 x 16384, three gigabytes of RGB pixels.
  public static let largestPixelCount = 1 << 28

  private static let largestFileSize = 1 << 31
  private static let jpegSignature: [UInt8] = [0xff, 0xd8, 0xff]
  private static let pngSignature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

  /// Reads a JPEG or PNG file, told apart by content, and turns it upright as its EXIF orientation asks.
  ///
  /// Gray stays gray and alpha stays; palettes and CMYK become RGB. Throws `ImageError`; a file that ends early is damaged.
  public init(contentsOf url: URL) throws {
    let path = url.relativePath
    let signatureSize = Self.pngSignature.count
    let bytes = try Self.readFile(url, path: path) { $0.count < signatureSize || Self.hasKnownSignature($0) }
    try self.init(encoded: bytes, path: path)
  }

  /// Decodes a JPEG or PNG file's bytes; `path` is what errors call it.
  public init(encoded data: Data, path: String) throws {
    if data.starts(with: Self.jpegSignature) {
      self = try Self.decode(data, path: path, with: guise_decode_jpeg)
    } else if data.starts(with: Self.pngSignature) {
      self = try Self.decode(data, path: path, with: guise_decode_png)
    } else {
      throw ImageError.notAnImage(path: path, beginning: Self.shown(data.prefix(12)))
    }
  }

  private static func hasKnownSignature(_ data: Data) -> Bool {
    data.starts(with: jpegSignature) || data.starts(with: pngSignature)
  }

  /// Stops after the first piece where `isWanted` refuses it, so that no large foreign file is read whole.
  private static func readFile(_ url: URL, path: String, while isWanted: (Data) -> Bool) throws -> Data {
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ImageError.cannotRead(path: path, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var data = Data()
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    while isWanted(data) {
      let count = read(descriptor, &piece, piece.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw ImageError.cannotRead(path: path, reason: String(cString: strerror(errno))) }
      guard count > 0 else { break }
      data.append(contentsOf: piece[..<count])
      guard data.count <= largestFileSize else {
        throw ImageError.cannotRead(path: path, reason: "it is larger than \(largestFileSize) bytes")
      }
    }
    return data
  }

  private static func shown(_ bytes: Data) -> String {
    guard !bytes.isEmpty else { return "" }
    let isText = bytes.allSatisfy { (0x20..<0x7f).contains($0) || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }
    guard isText else { return bytes.map { String(format: "%02x", $0) }.joined(separator: " ") }
    return String(decoding: bytes, as: UTF8.self).debugDescription
  }

  private typealias Decoder = (
    UnsafePointer<UInt8>?, Int, UInt64, UnsafeMutablePointer<guise_decoded_image>?
  ) -> guise_codec_status

  private static func decode(_ data: Data, path: String, with decoder: Decoder) throws -> Image {
    var decoded = guise_decoded_image()
    let status = data.withUnsafeBytes {
      decoder($0.bindMemory(to: UInt8.self).baseAddress, $0.count, UInt64(largestPixelCount), &decoded)
    }
    defer { guise_decoded_image_free(&decoded) }
    switch status {
    case GUISE_CODEC_DONE:
      return Image(decoded)
    case GUISE_CODEC_TOO_LARGE:
      throw ImageError.tooLarge(path: path, width: Int(decoded.width), height: Int(decoded.height))
    default:
      throw ImageError.damaged(path: path, reason: text(of: &decoded.message))
    }
  }

  private init(_ decoded: guise_decoded_image) {
    let exif = decoded.exif.map { Data(bytes: $0, count: decoded.exif_size) }
    let directory = exif.flatMap(ExifDirectory.init)
    let image = Image(
      width: Int(decoded.width), height: Int(decoded.height), channels: Int(decoded.channels),
      pixels: Self.pixels(of: decoded), bitDepth: decoded.bit_depth == 16 ? .sixteen : .eight,
      metadata: ImageMetadata(
        exif: directory?.upright ?? exif,
        iccProfile: decoded.icc_profile.map { Data(bytes: $0, count: decoded.icc_profile_size) }))
    self = image.upright(fromOrientation: directory?.orientation ?? 1)
  }

  private static func pixels(of decoded: guise_decoded_image) -> [Float] {
    let count = Int(decoded.width) * Int(decoded.height) * Int(decoded.channels)
    guard let samples = decoded.pixels else { return [] }
    if decoded.bit_depth == 16 {
      return UnsafeBufferPointer(start: samples.assumingMemoryBound(to: UInt16.self), count: count).map {
        Float($0) / BitDepth.sixteen.largestSample
      }
    }
    return pixels(of: UnsafeBufferPointer(start: samples.assumingMemoryBound(to: UInt8.self), count: count))
  }

  static func pixels(of samples: some Collection<UInt8>) -> [Float] {
    samples.map { Float($0) / BitDepth.eight.largestSample }
  }
}

/// The text in a C struct's array of characters.
func text<Characters>(of characters: inout Characters) -> String {
  withUnsafeBytes(of: &characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
