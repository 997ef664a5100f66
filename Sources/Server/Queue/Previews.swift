import Files
import Foundation
import Images

/// Images as PNG files that every browser shows: upright, in sRGB, with 8 bits, and no larger than asked. They are kept until
/// the server starts again.
struct Previews: Sendable {
  let store: JobStore
  let offload: Offload
  let limits: ServerLimits

  static let sides = 16...65535

  /// - Parameters:
  ///   - name: the preview's, without its side; unique for the file's contents.
  ///   - side: the longest, in pixels; nil for the image's own.
  ///
  /// Throws `Refusal` for a file that is not there or cannot be read.
  func preview(of file: URL, named name: String, side: Int?, shown: String) async throws -> URL {
    let url = store.preview("\(name)-\(side.map(String.init) ?? "whole")")
    if FileManager.default.fileExists(atPath: url.path) { return url }
    let limit = limits.pixels
    return try await offload.run {
      if FileManager.default.fileExists(atPath: url.path) { return url }
      do {
        let image = try Self.reduced(file, side: side, limit: limit)
        try AtomicFile.write(image.encoded(as: .png, path: shown), to: url)
      } catch let error as ImageError {
        throw Refusal.unreadable("\(error)".replacing(file.path, with: shown))
      }
      return url
    }
  }

  /// The most pixels that are decoded at once.
  private static let bandPixels = 1 << 24

  /// The image, at most so large. One of many pixels, such as a photograph enlarged, is read in bands of rows, so that it is never
  /// in memory as a whole.
  private static func reduced(_ file: URL, side: Int?, limit: Int) throws -> Image {
    let header = try ImageHeader(contentsOf: file)
    let scale = min(1, side.map { Double($0) / Double(max(header.width, header.height)) } ?? 1)
    func length(_ side: Int) -> Int { max(1, Int((Double(side) * scale).rounded())) }
    let (width, height) = (length(header.width), length(header.height))
    guard width <= limit / height else {
      throw Refusal.tooLarge(
        "a preview of \(header.width)x\(header.height) pixels is too large: expected a side, such as side=4096")
    }
    let count = (header.width * header.height + bandPixels - 1) / bandPixels
    let bands = min(max(1, count), height)
    var pixels: [Float] = []
    var channels = header.channels
    for band in 0..<bands {
      let (first, end) = (height * band / bands, height * (band + 1) / bands)
      let (top, bottom) = (header.height * first / height, header.height * end / height)
      var part = try Image(
        contentsOf: file, region: ImageRegion(x: 0, y: top, width: header.width, height: bottom - top),
        options: ImageReadingOptions(largestPixelCount: .max))
      part.metadata = part.metadata.limited(to: .nothing)
      if scale < 1 { part = part.resized(toWidth: width, height: end - first) }
      channels = part.channels
      pixels += part.pixels
    }
    return Image(width: width, height: height, channels: channels, pixels: pixels)
  }
}
