import Tensors
import Testing

/// Compares the gradients of `function` at `point` with central differences of its values.
///
/// The output is weighted by random numbers, and each input is moved along random directions of +1 and -1. The stencil
/// is of fourth order, so that even a step large enough for float32 rounding has a small truncation error. It extends
/// two steps either way, within which there must be no kink.
public func checkGradients(
  at point: [NDArray], step: Float = 1 / 64, tolerance: Double = 1e-3, _ label: String = "",
  sourceLocation: SourceLocation = #_sourceLocation, of function: ([Tensor]) -> Tensor
) {
  let variables = point.map { Tensor(variable: $0) }
  let output = function(variables)
  let weights = randomValues(shape: output.shape, "weights")
  let analytic = gradients(of: (output * Tensor(weights)).sum(), withRespectTo: variables).map(\.value)
  let weightValues = weights.scalars
  let largestOutput = Double(output.value.scalars.reduce(0) { max($0, $1.magnitude) })
  let roundingNoise = 4e-7 / Double(step) * norm(weightValues) * largestOutput

  for (input, array) in point.enumerated() {
    for trial in 0..<3 {
      let random = Random(seed: 5, purpose: "direction", step: trial * point.count + input)
      let direction: [Float] = (0..<array.shape.count).map { random.bits(at: $0) & 1 == 0 ? 1 : -1 }
      let outputs = [-2, -1, 1, 2].map { steps in
        var moved = point
        let values = zip(array.scalars, direction).map { $0 + Float(steps) * step * $1 }
        moved[input] = NDArray(values, shape: array.shape)
        return function(moved.map { Tensor($0) }).value.scalars
      }
      var measured = 0.0
      for index in weightValues.indices {
        let (twoBack, back) = (Double(outputs[0][index]), Double(outputs[1][index]))
        let (ahead, twoAhead) = (Double(outputs[2][index]), Double(outputs[3][index]))
        measured += Double(weightValues[index]) * (8 * (ahead - back) - (twoAhead - twoBack)) / (12 * Double(step))
      }
      let gradient = analytic[input].scalars
      let expected = zip(gradient, direction).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      let allowed = tolerance * norm(gradient) + roundingNoise
      if !((measured - expected).magnitude <= allowed) {
        Issue.record(
          """
          \(label): along direction \(trial) of input \(input), the gradient says \(expected), \
          central differences \(measured); \(allowed) is allowed
          """, sourceLocation: sourceLocation)
      }
    }
  }
}

/// Normal values, which are the same for the same shape and purpose.
public func randomValues(shape: Shape, _ purpose: String) -> NDArray {
  let random = Random(seed: 3, purpose: purpose)
  return NDArray((0..<shape.count).map { random.normal(at: $0) }, shape: shape)
}

private func norm(_ values: [Float]) -> Double {
  values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
}
