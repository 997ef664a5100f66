import Threads
import VectorKernels

/// The settings of one step of Adam (Kingma and Ba 2015) or, with weight decay, AdamW (Loshchilov and Hutter 2019).
package struct AdamSettings: Sendable {
  package var learningRate: Double, beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double
  /// Counted from 1.
  package var step: Int

  package init(
    learningRate: Double, beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double, step: Int
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.step = step
  }
}

/// Adam's update of one parameter, in place.
enum Adam {
  static func update(
    _ parameter: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
    firstMoment: UnsafeMutablePointer<Float>, secondMoment: UnsafeMutablePointer<Float>, count: Int,
    _ settings: AdamSettings
  ) {
    let (beta1, beta2) = (Float(settings.beta1), Float(settings.beta2))
    let (rest1, rest2) = (Float(1 - settings.beta1), Float(1 - settings.beta2))
    let kept = Float(1 - settings.learningRate * settings.weightDecay)
    let stepSize = Float(settings.learningRate / (1 - pow(settings.beta1, settings.step)))
    let secondScale = Float((1 - pow(settings.beta2, settings.step)).squareRoot())
    let kernels = InstructionSet.kernels
    Bands.run(over: count) { range in
      let start = range.lowerBound
      kernels.update(
        AdamStep(
          parameter: parameter + start, gradient: gradient + start, firstMoment: firstMoment + start,
          secondMoment: secondMoment + start, count: range.count, beta1: beta1, rest1: rest1, beta2: beta2,
          rest2: rest2, kept: kept, stepSize: stepSize, secondScale: secondScale, epsilon: Float(settings.epsilon)))
    }
  }

  private static func pow(_ base: Double, _ exponent: Int) -> Double {
    var (result, factor, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return result
  }
}
