import Foundation
import Tensors

/// Another exposure and another print of the same photo: the tones of its lightness moved, none past another.
struct ToneVariation {
  private let exponent: Float, black: Float, white: Float

  /// How much nearer to gray black and white may come, as a share of `strength`.
  private static let fading: Float = 0.25

  /// - Parameter strength: 0 changes nothing; the exponent is at most e to its power, or one over that.
  init(strength: Double, _ random: Random) {
    let draws = random.uniforms(at: 1)
    exponent = exp(Float(strength) * (2 * draws.x - 1))
    black = Float(strength) * Self.fading * draws.y
    white = 1 - Float(strength) * Self.fading * draws.z
  }

  /// Of values in -1...1, as networks take them.
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
