import Foundation
import Images
import Tensors

/// The look of an old print, drawn at random: another tone curve, faded or overexposed, at times blurred or grainy.
package struct AgedPrint {
  /// Applied to tones from 0, black, to 1.
  private let exponent: Float
  /// What black and white become, before they are clamped to 0...1.
  private let black: Float, white: Float
  private let isBlurred: Bool
  /// The standard deviation of the grain; nil if there is none.
  private let grain: Float?
  private let random: Random

  private static let largestLogarithmOfExponent: Float = 0.4
  private static let blacks: ClosedRange<Float> = -0.05...0.12
  private static let whites: ClosedRange<Float> = 0.85...1.08
  private static let grains: ClosedRange<Float> = 0.01...0.06
  /// The ranges of one draw in which prints are blurred and grainy; half of the blurred ones are both.
  private static let blurred: Range<Float> = 0..<0.3
  private static let grainy: Range<Float> = 0.15..<0.6
  private static let blur = BlurKernel.box(size: 3)
  private static let firstGrain = 2

  /// Nil if the draws leave the photo as it is.
  ///
  /// - Parameter share: the probability that they do not.
  package init?(share: Double, _ random: Random) {
    let (draws, finish) = (random.uniforms(at: 0), random.uniforms(at: 1))
    guard Double(draws.x) < share else { return nil }
    func number(in range: ClosedRange<Float>, _ draw: Float) -> Float {
      range.lowerBound + draw * (range.upperBound - range.lowerBound)
    }
    exponent = exp(Self.largestLogarithmOfExponent * (2 * draws.y - 1))
    black = number(in: Self.blacks, draws.z)
    white = number(in: Self.whites, draws.w)
    isBlurred = Self.blurred.contains(finish.x)
    grain = Self.grainy.contains(finish.x) ? number(in: Self.grains, finish.y) : nil
    self.random = random
  }

  /// - Parameter lightness: `[1, height, width, 1]` in -1...1.
  package func callAsFunction(_ lightness: NDArray) -> NDArray {
    let photo = Image(array: lightness)
    let tones = photo.pixels.map { tone in min(max(black + (white - black) * pow(tone, exponent), 0), 1) }
    var print = Image(width: photo.width, height: photo.height, channels: 1, pixels: tones)
    if isBlurred { print = print.blurred(by: Self.blur) }
    if let grain {
      print = print.addingGaussianNoise(deviation: grain, isGray: true, random: random, from: Self.firstGrain)
    }
    return print.array(channels: 1)
  }
}
