import Foundation
import Tensors

/// A random monotonic tone curve, as if from another exposure or print of the photo.
struct ToneVariation {
  private let exponent: Float, black: Float, white: Float

  /// The largest shift of black and white towards gray, as a fraction of `strength`.
  private static let fading: Float = 0.25

  /// - Parameter strength: 0 for no change; gamma is drawn from `exp(-strength) ... exp(strength)`.
  init(strength: Double, _ random: Random) {
    let draws = random.uniforms(at: 1)
    exponent = exp(Float(strength) * (2 * draws.x - 1))
    black = Float(strength) * Self.fading * draws.y
    white = 1 - Float(strength) * Self.fading * draws.z
  }

  /// - Parameter lightness: in -1...1.
  func callAsFunction(_ lightness: NDArray) -> NDArray {
    var varied = lightness
    varied.withMutableHostMemory { values in
      for index in values.indices {
        let tone = pow(max(0, (values[index] + 1) / 2), exponent)
        values[index] = 2 * (black + (white - black) * tone) - 1
      }
    }
    return varied
  }
}
