/// A run of pixels `[count, channels]` of one group that normalisation's gradient flows back through.
package struct NormalizationGradient {
  /// What was normalised, and the gradient of the result.
  package var input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>
  package var count: Int, channels: Int
  /// `[channels]` each.
  package var mean: UnsafePointer<Float>, inverseDeviation: UnsafePointer<Float>
  /// The rectifier's that follows, 1 for none.
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
