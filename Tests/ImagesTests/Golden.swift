import Foundation
import Images

/// Files made by scripts/golden/images.py.
enum Golden {
  static func url(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
  }

  static func image(_ name: String) throws -> Image {
    try Image(contentsOf: url(name))
  }

  static func floats(_ name: String) throws -> [Float] {
    try Data(contentsOf: url(name)).withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 4).map {
        Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
      }
    }
  }
}

extension Image {
  func largestDifference(to other: Image) -> Float {
    guard (width, height, channels) == (other.width, other.height, other.channels) else { return .infinity }
    return zip(pixels, other.pixels).map { abs($0 - $1) }.max() ?? 0
  }

  /// Samples are multiples of the depth's step, each different from its neighbours.
  static func pattern(
    width: Int, height: Int, channels: Int, bitDepth: BitDepth = .eight, metadata: ImageMetadata = ImageMetadata()
  ) -> Image {
    let largest = bitDepth == .eight ? 255 : 65535
    let pixels = (0..<width * height * channels).map { Float($0 * 7919 % (largest + 1)) / Float(largest) }
    return Image(
      width: width, height: height, channels: channels, pixels: pixels, bitDepth: bitDepth, metadata: metadata)
  }
}
