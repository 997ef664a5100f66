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

/// One step of Adam on one parameter.
package struct AdamUpdate: Sendable {
  package var parameter: Buffer, gradient: Buffer, firstMoment: Buffer, secondMoment: Buffer
  package var settings: AdamSettings

  package init(
    parameter: Buffer, gradient: Buffer, firstMoment: Buffer, secondMoment: Buffer, settings: AdamSettings
  ) {
    (self.parameter, self.gradient) = (parameter, gradient)
    (self.firstMoment, self.secondMoment) = (firstMoment, secondMoment)
    self.settings = settings
  }
}

/// The numbers that Adam's update of each value takes, worked out from the settings.
package struct AdamFactors: Sendable {
  package let beta1: Float, rest1: Float, beta2: Float, rest2: Float
  package let kept: Float, stepSize: Float, secondScale: Float, epsilon: Float

  package init(_ settings: AdamSettings) {
    (beta1, beta2) = (Float(settings.beta1), Float(settings.beta2))
    (rest1, rest2) = (Float(1 - settings.beta1), Float(1 - settings.beta2))
    kept = Float(1 - settings.learningRate * settings.weightDecay)
    stepSize = Float(settings.learningRate / (1 - Self.pow(settings.beta1, settings.step)))
    secondScale = Float((1 - Self.pow(settings.beta2, settings.step)).squareRoot())
    epsilon = Float(settings.epsilon)
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

/// Adam's update of one parameter, in place.
enum Adam {
  static func update(
    _ parameter: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
    firstMoment: UnsafeMutablePointer<Float>, secondMoment: UnsafeMutablePointer<Float>, count: Int,
    _ settings: AdamSettings
  ) {
    let factors = AdamFactors(settings)
    let kernels = InstructionSet.kernels
    Bands.run(over: count) { range in
      let start = range.lowerBound
      kernels.update(
        AdamStep(
          parameter: parameter + start, gradient: gradient + start, firstMoment: firstMoment + start,
          secondMoment: secondMoment + start, count: range.count, beta1: factors.beta1, rest1: factors.rest1,
          beta2: factors.beta2, rest2: factors.rest2, kept: factors.kept, stepSize: factors.stepSize,
          secondScale: factors.secondScale, epsilon: factors.epsilon))
    }
  }
}
