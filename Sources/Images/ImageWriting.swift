import CImageCodecs
import Files
import Foundation

extension Image {
  /// Writes the image, whole or not at all. Throws `ImageError.cannotEncode` or `FileError.cannotWrite`.
  public func write(to url: URL, format: ImageFileFormat) throws {
    try AtomicFile.write(encoded(as: format, path: url.relativePath), to: url)
  }

  /// The file's bytes; samples are rounded to the nearest that the format holds. `path` is what an error calls the file.
  public func encoded(as format: ImageFileFormat, path: String) throws -> Data {
    switch format {
    case .png:
      return try encoded(path: path, bitDepth: bitDepth) { guise_encode_png($0, $1) }
    case .jpeg(let quality):
      let isSubsampled: Int32 = quality >= 90 ? 0 : 1
      return try laidOnWhite().encoded(path: path, bitDepth: .eight) {
        guise_encode_jpeg($0, Int32(min(max(quality, 1), 100)), isSubsampled, $1)
      }
    }
  }

  /// Samples of 8 bits, rounded to the nearest.
  package func bytes() -> [UInt8] {
    pixels.map { UInt8($0.clampedToUnit * 255 + 0.5) }
  }

  package init(width: Int, height: Int, channels: Int, bytes: [UInt8]) {
    self.init(width: width, height: height, channels: channels, pixels: Self.pixels(of: bytes))
  }

  private func encoded(
    path: String, bitDepth: BitDepth,
    with encode: (UnsafePointer<guise_image_source>, UnsafeMutablePointer<guise_encoded_image>) -> guise_codec_status
  ) throws -> Data {
    switch bitDepth {
    case .eight:
      return try bytes().withUnsafeBytes { try encoded($0, path: path, bitDepth: bitDepth, with: encode) }
    case .sixteen:
      let samples = pixels.map { UInt16($0.clampedToUnit * 65535 + 0.5) }
      return try samples.withUnsafeBytes { try encoded($0, path: path, bitDepth: bitDepth, with: encode) }
    }
  }

  private func encoded(
    _ samples: UnsafeRawBufferPointer, path: String, bitDepth: BitDepth,
    with encode: (UnsafePointer<guise_image_source>, UnsafeMutablePointer<guise_encoded_image>) -> guise_codec_status
  ) throws -> Data {
    let exif = [UInt8](metadata.exif ?? Data())
    let profile = [UInt8](metadata.iccProfile(forColorChannels: colorChannels) ?? Data())
    var result = guise_encoded_image()
    let status = exif.withUnsafeBufferPointer { exif in
      profile.withUnsafeBufferPointer { profile in
        var source = guise_image_source(
          width: UInt32(width), height: UInt32(height), channels: Int32(channels), bit_depth: Int32(bitDepth.rawValue),
          pixels: samples.baseAddress, icc_profile: profile.baseAddress, icc_profile_size: profile.count,
          exif: exif.baseAddress, exif_size: exif.count)
        return encode(&source, &result)
      }
    }
    defer { guise_encoded_image_free(&result) }
    guard status == GUISE_CODEC_DONE, let bytes = result.bytes else {
      throw ImageError.cannotEncode(path: path, reason: text(of: &result.message))
    }
    return Data(bytes: bytes, count: result.size)
  }
}
