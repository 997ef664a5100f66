import Layers
import Tensors
import TestSupport
import Testing

private struct Attributes: Decodable {
  var beta1: Double
  var beta2: Double
  var epsilon: Double
  var weightDecay: Double
  var rates: [Double]
}

/// The tolerance of each step is relative to the step's size, not to the parameter's.
@Test(arguments: try GoldenFile("adam").cases)
func adamFollowsPyTorch(_ golden: GoldenCase) throws {
  let attributes: Attributes = try golden.attributes()
  let parameter = Parameter(try golden.array("initial"), role: .weight)
  let adam = Adam(
    [parameter], beta1: attributes.beta1, beta2: attributes.beta2, epsilon: attributes.epsilon,
    weightDecay: attributes.weightDecay)
  for (step, rate) in attributes.rates.enumerated() {
    let gradient = Tensor(try golden.array("gradient\(step)"))
    adam.step([gradient], learningRate: rate)
    expectClose(parameter.value, try golden.array("after\(step)"), tolerance: 5e-7, "\(golden.name), step \(step)")
  }
}

@Test func adamGoesOnFromASavedState() {
  func gradient(_ step: Int) -> Tensor { Tensor(randomValues(shape: [7], "gradient \(step)")) }
  let start = randomValues(shape: [7], "start")
  let unbroken = Parameter(start, role: .weight)
  let optimizer = Adam([unbroken])
  for step in 0..<3 { optimizer.step([gradient(step)], learningRate: 0.1) }
  let (resumed, saved) = (Parameter(unbroken.value, role: .weight), optimizer.state)
  let second = Adam([resumed])
  second.restore(saved)
  for step in 3..<6 {
    optimizer.step([gradient(step)], learningRate: 0.1)
    second.step([gradient(step)], learningRate: 0.1)
  }
  #expect(resumed.value == unbroken.value)
  #expect(resumed.value != start)
}
