/// The operands of normalisation's gradient for a run of one group's pixels, `[count, channels]`.
package struct NormalizationGradient {
  /// The values that were normalised, and the gradient of the rectifier's output.
  package var input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>
  package var count: Int, channels: Int
  /// `[channels]` each.
  package var mean: UnsafePointer<Float>, inverseDeviation: UnsafePointer<Float>
  /// The slope of the rectifier after the norm; 1 for none.
  package var negativeSlope: Float

  package init(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>, count: Int, channels: Int,
    mean: UnsafePointer<Float>, inverseDeviation: UnsafePointer<Float>, negativeSlope: Float
  ) {
    self.input = input
    self.outputGradient = outputGradient
    self.count = count
    self.channels = channels
    self.mean = mean
    self.inverseDeviation = inverseDeviation
    self.negativeSlope = negativeSlope
  }
}
