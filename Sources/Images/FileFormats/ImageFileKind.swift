import CImageCodecs
import Foundation

/// A kind of image file that is known, whether it is read or not, and how it is recognised. `all` is the list of kinds.
public struct ImageFileKind: Sendable, Equatable {
  /// As its users call it, such as "WebP" or "camera RAW".
  public let name: String
  /// The extensions of its files, in lower case.
  public let extensions: [String]
  /// Opens a file at its beginning, whose stream must stay open; nil for kinds that are not read.
  let open: (@Sendable (UnsafeMutablePointer<FILE>, _ path: String, _ isLenient: Bool) throws -> OpenedImage)?
  /// What to do with such a file if it is not read.
  let remedy: String
  /// Whether a file begins as this kind does; it gets the first `beginningSize` bytes, or all there are.
  private let beginsAs: @Sendable (_ beginning: [UInt8]) -> Bool

  /// A kind that is read.
  init(
    _ name: String, _ extensions: [String], beginsAs: @escaping @Sendable ([UInt8]) -> Bool,
    open: @escaping @Sendable (UnsafeMutablePointer<FILE>, _ path: String, _ isLenient: Bool) throws -> OpenedImage
  ) {
    (self.name, self.extensions, self.beginsAs, self.open, remedy) = (name, extensions, beginsAs, open, "")
  }

  /// A kind that is not read.
  init(
    unread name: String, _ extensions: [String], remedy: String = "convert it to PNG, TIFF or JPEG",
    beginsAs: @escaping @Sendable ([UInt8]) -> Bool
  ) {
    (self.name, self.extensions, self.beginsAs, open, self.remedy) = (name, extensions, beginsAs, nil, remedy)
  }

  /// Earlier kinds are recognised first.
  public static let all: [ImageFileKind] = [jpeg, png, webP, cameraRAW, tiff, heif, bitmap] + unread

  /// Whether images can be read from such files.
  public var isRead: Bool { open != nil }

  /// How many bytes of a file it takes to recognise it.
  static let beginningSize = 1024

  /// The kind of a file that is not opened, by its name's extension in upper or lower case; nil if none is known.
  public init?(pathExtension: String) {
    let pathExtension = pathExtension.lowercased()
    guard let kind = Self.all.first(where: { $0.extensions.contains(pathExtension) }) else { return nil }
    self = kind
  }

  /// The kind that a file's first bytes show, whatever its name; nil if none is known.
  init?(beginning: [UInt8]) {
    guard let kind = Self.all.first(where: { $0.beginsAs(beginning) }) else { return nil }
    self = kind
  }

  public static func == (first: ImageFileKind, second: ImageFileKind) -> Bool { first.name == second.name }
}

/// An image file whose header was read.
struct OpenedImage {
  var metadata: EmbeddedMetadata
  let decoder: any PixelDecoder
}

extension ImageFileKind {
  static let jpeg = ImageFileKind("JPEG", ["jpg", "jpeg", "jpe", "jfif"]) {
    $0.starts(with: [0xff, 0xd8, 0xff])
  } open: { file, path, isLenient in
    var bytes = FileBytes(file)
    let metadata = JPEGSegments.read(&bytes)
    return OpenedImage(
      metadata: metadata, decoder: try CodecDecoder(file, path: path, isLenient: isLenient, open: guise_jpeg_open))
  }

  static let png = ImageFileKind("PNG", ["png"]) {
    $0.starts(with: [0x89] + "PNG\r\n\u{1a}\n".utf8)
  } open: { file, path, isLenient in
    var bytes = FileBytes(file)
    let metadata = PNGChunks.read(&bytes)
    return OpenedImage(
      metadata: metadata, decoder: try CodecDecoder(file, path: path, isLenient: isLenient, open: guise_png_open))
  }

  static let webP = ImageFileKind("WebP", ["webp"]) {
    $0.has("RIFF") && $0.has("WEBP", at: 8)
  } open: { file, path, isLenient in
    var bytes = FileBytes(file)
    let metadata = WebPChunks.read(&bytes)
    return OpenedImage(
      metadata: metadata, decoder: try CodecDecoder(file, path: path, isLenient: isLenient, open: guise_webp_open))
  }

  /// Cameras' files are TIFF too, but what a reader of TIFF would find in them is a thumbnail.
  static let tiff = ImageFileKind("TIFF", ["tif", "tiff"]) {
    $0.has("II*\0") || $0.has("MM\0*") || $0.has("II+\0") || $0.has("MM\0+")
  } open: { file, path, isLenient in
    var bytes = FileBytes(file)
    let found = TIFFMetadata.read(&bytes)
    guard !found.isCameraRAW else { throw ImageError.notRead(path: path, kind: cameraRAW) }
    return OpenedImage(
      metadata: found.metadata,
      decoder: try CodecDecoder(file, path: path, isLenient: isLenient, open: guise_tiff_open))
  }

  package static let heif = ImageFileKind("HEIC or AVIF", ["heic", "heif", "hif", "avif"]) { beginning in
    ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis"].contains {
      beginning.has("ftyp\($0)", at: 4)
    }
  } open: { file, path, isLenient in
    let decoder = try CodecDecoder(file, path: path, isLenient: isLenient, open: guise_heif_open)
    return OpenedImage(metadata: HEIFMetadata.read(decoder), decoder: decoder)
  }

  static let bitmap = ImageFileKind("BMP", ["bmp", "dib"]) {
    // Some programs put something into the reserved bytes; the size of the second header is one of few.
    $0.count >= 18 && $0.has("BM") && [12, 16, 40, 52, 56, 64, 108, 124].contains($0[14..<18].littleEndianInteger)
  } open: { file, path, isLenient in
    let decoder = try BitmapDecoder(file, path: path, isLenient: isLenient)
    return OpenedImage(metadata: decoder.metadata, decoder: decoder)
  }
}

extension [UInt8] {
  /// Whether these bytes have that text, of characters below 128, at an offset.
  func has(_ text: String, at offset: Int = 0) -> Bool { dropFirst(offset).starts(with: text.utf8) }
}
