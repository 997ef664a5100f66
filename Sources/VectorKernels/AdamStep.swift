/// One Adam step on a run of a parameter's values, with the factors that all values share.
package struct AdamStep {
  package var parameter: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>
  package var firstMoment: UnsafeMutablePointer<Float>, secondMoment: UnsafeMutablePointer<Float>
  package var count: Int
  /// `rest1` and `rest2` are 1 - beta1 and 1 - beta2, rounded from double precision.
  package var beta1: Float, rest1: Float, beta2: Float, rest2: Float
  /// parameter = kept * parameter - stepSize * first / (sqrt(second) / secondScale + epsilon).
  package var kept: Float, stepSize: Float, secondScale: Float, epsilon: Float

  package init(
    parameter: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, firstMoment: UnsafeMutablePointer<Float>,
    secondMoment: UnsafeMutablePointer<Float>, count: Int, beta1: Float, rest1: Float, beta2: Float, rest2: Float,
    kept: Float, stepSize: Float, secondScale: Float, epsilon: Float
  ) {
    self.parameter = parameter
    self.gradient = gradient
    self.firstMoment = firstMoment
    self.secondMoment = secondMoment
    self.count = count
    self.beta1 = beta1
    self.rest1 = rest1
    self.beta2 = beta2
    self.rest2 = rest2
    self.kept = kept
    self.stepSize = stepSize
    self.secondScale = secondScale
    self.epsilon = epsilon
  }
}
