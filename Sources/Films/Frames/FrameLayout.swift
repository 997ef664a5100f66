import Foundation
import Images

/// How frames lie in pipes: rows from the top, red, green and blue of each pixel, in one or two bytes.
struct FrameLayout: Sendable, Equatable {
  let width: Int
  let height: Int
  let bitDepth: Image.BitDepth

  var byteCount: Int { 3 * width * height * bitDepth.rawValue / 8 }

  /// The pixel format by ffmpeg's name.
  var pixelFormat: String { bitDepth == .eight ? "rgb24" : "rgb48le" }

  /// What Matroska calls it: "RGB" and the number of bits in a pixel, as ffmpeg does.
  var fourCharacters: [UInt8] { Array("RGB".utf8) + [bitDepth == .eight ? 24 : 48] }

  /// - Parameter bytes: `byteCount` of them.
  func image(_ bytes: [UInt8]) -> Image {
    let pixels: [Float]
    switch bitDepth {
    case .eight: pixels = bytes.map { Float($0) / 255 }
    case .sixteen:
      pixels = (0..<bytes.count / 2).map { index in
        let low = UInt16(bytes[2 * index])
        return Float(low | UInt16(bytes[2 * index + 1]) << 8) / 65535
      }
    }
    return Image(width: width, height: height, channels: 3, pixels: pixels, bitDepth: bitDepth)
  }

  /// The bytes of an image of this size, which may be gray; alpha is left out.
  func bytes(_ image: Image) -> [UInt8] {
    let (channels, colors) = (image.channels, image.colorChannels)
    let largest: Float = bitDepth == .eight ? 255 : 65535
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    for pixel in 0..<width * height {
      for channel in 0..<3 {
        let value = image.pixels[pixel * channels + (colors == 3 ? channel : 0)]
        let sample = UInt16((value > 0 ? min(value, 1) : 0) * largest + 0.5)
        bytes.append(UInt8(truncatingIfNeeded: sample))
        if bitDepth == .sixteen { bytes.append(UInt8(sample >> 8)) }
      }
    }
    return bytes
  }
}
