import CImageCodecs
import Foundation

/// A JPEG or PNG file that has been opened: what it says of its picture, and then, once, pixels.
final class ImageFileReader {
  /// Of the upright image.
  let header: ImageHeader
  private let orientation: Int
  private let format: Format
  private let path: String
  private let file: UnsafeMutablePointer<FILE>
  /// Where it is does not change: the C library keeps pointers to it.
  private let decoder: UnsafeMutablePointer<guise_decoder>

  private enum Format {
    case jpeg, png

    init?(signature: [UInt8]) {
      if signature.starts(with: [0xff, 0xd8, 0xff]) {
        self = .jpeg
      } else if signature.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
        self = .png
      } else {
        return nil
      }
    }
  }

  convenience init(contentsOf url: URL) throws {
    let path = url.relativePath
    guard let file = fopen(url.path, "rbe") else { throw Self.readingError(path: path) }
    try self.init(file, path: path)
  }

  /// Takes over the file, which it closes.
  init(_ file: UnsafeMutablePointer<FILE>, path: String) throws {
    (self.file, self.path) = (file, path)
    decoder = .allocate(capacity: 1)
    decoder.initialize(to: guise_decoder())
    do {
      format = try Self.format(of: file, path: path)
      guard (format == .jpeg ? guise_jpeg_open(decoder, file) : guise_png_open(decoder, file)) == GUISE_CODEC_DONE
      else {
        throw ImageError.damaged(path: path, reason: text(of: &decoder.pointee.message))
      }
    } catch {
      // A class whose properties are not all set is not deinitialised.
      Self.close(file, decoder)
      throw error
    }
    (header, orientation) = Self.header(decoder.pointee)
  }

  deinit {
    Self.close(file, decoder)
  }

  private static func close(_ file: UnsafeMutablePointer<FILE>, _ decoder: UnsafeMutablePointer<guise_decoder>) {
    guise_decoder_free(decoder)
    decoder.deallocate()
    fclose(file)
  }

  private static func readingError(path: String) -> ImageError {
    .cannotRead(path: path, reason: String(cString: strerror(errno)))
  }

  private static func format(of file: UnsafeMutablePointer<FILE>, path: String) throws -> Format {
    var beginning = [UInt8](repeating: 0, count: 12)
    let count = fread(&beginning, 1, beginning.count, file)
    guard count > 0 || ferror(file) == 0 else { throw readingError(path: path) }
    guard let format = Format(signature: Array(beginning[..<count])) else {
      throw ImageError.notAnImage(path: path, beginning: shown(beginning[..<count]))
    }
    guard fseek(file, 0, SEEK_SET) == 0 else { throw readingError(path: path) }
    return format
  }

  private static func shown(_ bytes: ArraySlice<UInt8>) -> String {
    guard !bytes.isEmpty else { return "" }
    let isText = bytes.allSatisfy { (0x20..<0x7f).contains($0) || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }
    guard isText else { return bytes.map { String(format: "%02x", $0) }.joined(separator: " ") }
    return String(decoding: bytes, as: UTF8.self).debugDescription
  }

  private static func header(_ decoder: guise_decoder) -> (ImageHeader, orientation: Int) {
    let exif = decoder.exif.map { Data(bytes: $0, count: decoder.exif_size) }
    let directory = exif.flatMap(ExifDirectory.init)
    let orientation = directory?.orientation ?? 1
    let (width, height) = (Int(decoder.width), Int(decoder.height))
    let isTurned = (5...8).contains(orientation)
    let header = ImageHeader(
      width: isTurned ? height : width, height: isTurned ? width : height, channels: Int(decoder.channels),
      bitDepth: decoder.bit_depth == 16 ? .sixteen : .eight,
      metadata: ImageMetadata(
        exif: directory?.upright ?? exif,
        iccProfile: decoder.icc_profile.map { Data(bytes: $0, count: decoder.icc_profile_size) }))
    return (header, orientation)
  }

  func read() throws -> Image {
    try read(ImageRegion(x: 0, y: 0, width: header.width, height: header.height))
  }

  /// To be called once.
  func read(_ region: ImageRegion) throws -> Image {
    guard header.width <= Image.largestPixelCount / header.height else {
      throw ImageError.tooLarge(path: path, width: Int(decoder.pointee.width), height: Int(decoder.pointee.height))
    }
    guard region.lies(withinWidth: header.width, height: header.height) else {
      throw ImageError.outside(path: path, region: region, width: header.width, height: header.height)
    }
    let stored = region.stored(
      inOrientation: orientation, width: Int(decoder.pointee.width), height: Int(decoder.pointee.height))
    let pixels =
      switch header.bitDepth {
      case .eight: Image.pixels(of: try samples(in: stored, of: UInt8.self))
      case .sixteen: try samples(in: stored, of: UInt16.self).map { Float($0) / header.bitDepth.largestSample }
      }
    let image = Image(
      width: stored.width, height: stored.height, channels: header.channels, pixels: pixels, bitDepth: header.bitDepth,
      metadata: header.metadata)
    return image.upright(fromOrientation: orientation)
  }

  private func samples<Sample: FixedWidthInteger>(in region: ImageRegion, of type: Sample.Type) throws -> [Sample] {
    var samples = [Sample](repeating: 0, count: region.width * region.height * header.channels)
    let (x, y) = (UInt32(region.x), UInt32(region.y))
    let (width, height) = (UInt32(region.width), UInt32(region.height))
    let status = samples.withUnsafeMutableBytes { bytes in
      format == .jpeg
        ? guise_jpeg_read(decoder, x, y, width, height, bytes.baseAddress)
        : guise_png_read(decoder, x, y, width, height, bytes.baseAddress)
    }
    guard status == GUISE_CODEC_DONE else {
      throw ImageError.damaged(path: path, reason: text(of: &decoder.pointee.message))
    }
    return samples
  }
}

extension Image {
  static func pixels(of samples: some Collection<UInt8>) -> [Float] {
    samples.map { Float($0) / BitDepth.eight.largestSample }
  }
}
