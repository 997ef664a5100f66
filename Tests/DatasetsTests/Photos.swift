import Foundation
import Images
import Tensors
import TestSupport

extension TemporaryFolder {
  /// A PNG file whose pixels `color` makes: red, green and blue from a level that rises in 0.1...0.9 and a random number.
  func addPhoto(_ path: String, width: Int = 64, height: Int = 64, _ color: (Float, Float) -> [Float]) throws {
    let random = Random(seed: 1, purpose: path)
    let count = width * height
    let pixels = (0..<count).flatMap { color(0.1 + 0.8 * Float($0) / Float(count - 1), random.uniform(at: $0)) }
    try add(path, Image(width: width, height: height, channels: 3, pixels: pixels).encoded(as: .png, path: path))
  }

  func addColorful(_ path: String, width: Int = 64, height: Int = 64) throws {
    try addPhoto(path, width: width, height: height) { level, random in [level, random, 1 - level] }
  }

  /// Pixels of one gray, each with more red, green or blue at random.
  func addMottled(_ path: String, gray: Float, more: Float) throws {
    try addPhoto(path) { _, random in
      var pixel = [gray, gray, gray]
      pixel[Int(3 * random)] += more
      return pixel
    }
  }
}
