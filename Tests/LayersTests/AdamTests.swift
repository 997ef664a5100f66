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

private struct GroupAttributes: Decodable {
  struct Group: Decodable {
    var rateFactor: Double
    var weightDecay: Double
    var isFrozen: Bool
  }

  var groups: [Group]
  var rates: [Double]
}

@Test(arguments: try GoldenFile("adamGroups").cases)
func adamsGroupsFollowPyTorch(_ golden: GoldenCase) throws {
  let attributes: GroupAttributes = try golden.attributes()
  let parameters = try attributes.groups.indices.map { Parameter(try golden.array("initial\($0)"), role: .weight) }
  let adam = Adam(
    groups: zip(parameters, attributes.groups).map { parameter, group in
      ParameterGroup(
        [parameter], rateFactor: group.rateFactor, weightDecay: group.weightDecay, isFrozen: group.isFrozen)
    }, beta1: 0.9, beta2: 0.99)
  #expect(adam.learningParameters.count == 2)
  for (step, rate) in attributes.rates.enumerated() {
    adam.step(try (0..<2).map { Tensor(try golden.array("gradient\(step).\($0)")) }, learningRate: rate)
    for (index, parameter) in parameters.enumerated() {
      expectClose(
        parameter.value, try golden.array("after\(step).\(index)"), tolerance: 5e-7, "step \(step), group \(index)")
    }
  }
}

/// Groups that are treated alike are one: the same parameters to the bit, and the same state for checkpoints.
@Test func adamsStateDoesNotShowGroups() {
  let starts = (0..<3).map { randomValues(shape: [5], "start \($0)") }
  let (plain, grouped) = (
    starts.map { Parameter($0, role: .weight) }, starts.map { Parameter($0, role: .weight) }
  )
  let optimizers = [
    Adam(plain, weightDecay: 0.1),
    Adam(groups: [
      ParameterGroup(Array(grouped.prefix(1)), weightDecay: 0.1),
      ParameterGroup(Array(grouped.dropFirst()), weightDecay: 0.1),
    ]),
  ]
  for step in 0..<3 {
    let gradients = (0..<3).map { Tensor(randomValues(shape: [5], "gradient \(step) \($0)")) }
    for optimizer in optimizers { optimizer.step(gradients, learningRate: 0.1) }
  }
  #expect(plain.map(\.value) == grouped.map(\.value))
  #expect(optimizers[0].state.step == optimizers[1].state.step)
  #expect(optimizers[0].state.firstMoments == optimizers[1].state.firstMoments)
  #expect(optimizers[0].state.secondMoments == optimizers[1].state.secondMoments)
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
