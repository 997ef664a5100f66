import Files
import Foundation

extension Image {
  /// Writes the image atomically. Throws `ImageError.cannotEncode` or `FileError`.
  public func write(to url: URL, format: ImageFileFormat) throws {
    try AtomicFile.write(to: url) { try encode(as: format, path: url.relativePath, into: $0) }
  }

  /// The file's bytes; samples are rounded to the format's depth. Errors call the file `path`.
  public func encoded(as format: ImageFileFormat, path: String) throws -> Data {
    let output = EncodedBytes()
    try encode(as: format, path: path, into: output)
    return output.data
  }

  private func encode(
    as format: ImageFileFormat, path: String, halvesColor: Bool? = nil,
    into output: any ImageFileOutput
  ) throws {
    let file = format.header(for: header)
    let writer = try ImageRowWriter(file, format: format, path: path, halvesColor: halvesColor, output: output)
    try writer.write(rows(for: file))
    try writer.finish()
  }

  /// The image as read back from a JPEG file of this quality, 1...100.
  ///
  /// - Parameter halvesColor: whether chroma has half the resolution (4:2:0) or all of it (4:4:4).
  package func compressedAsJPEG(quality: Int, halvesColor: Bool = true) throws -> Image {
    let name = "a compressed image"
    let output = EncodedBytes()
    try encode(as: .jpeg(quality: quality), path: name, halvesColor: halvesColor, into: output)
    return try Image(encoded: output.data, path: name)
  }

  /// Samples rounded to 8 bits.
  package func bytes() -> [UInt8] {
    pixels.map { UInt8($0.clampedToUnit * 255 + 0.5) }
  }

  package init(width: Int, height: Int, channels: Int, bytes: [UInt8]) {
    self.init(width: width, height: height, channels: channels, pixels: Self.pixels(of: bytes))
  }
}
