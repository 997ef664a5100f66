import Images
import Tensors
import TestSupport

/// Small gray pictures of noise, which differ by their brightness if at all.
enum Squares {
  static let levels: [Float] = [0.1, 0.7]

  /// - Parameters:
  ///   - index: on which the noise depends.
  ///   - level: the darkest value.
  ///   - spread: how much lighter values may be.
  static func image(_ index: Int, side: Int = 16, level: Float = 0, spread: Float = 1) -> Image {
    let random = Random(seed: 4, purpose: "square", step: index)
    return Image(
      width: side, height: side, channels: 1,
      pixels: (0..<side * side).map { level + spread * random.uniform(at: $0) })
  }
}

extension TemporaryFolder {
  func add(square: Image, _ path: String) throws { try add(path, square.encoded(as: .png, path: path)) }
}
