import Tensors
import TestSupport
import Testing

private struct Attributes: Decodable {
  var groups: Int?
  var epsilon: Float?
}

@Test(.onAnotherDevice, arguments: try GoldenFile("groupedNormalization").cases)
func groupedNormalization(_ golden: GoldenCase) throws {
  let attributes: Attributes = try golden.attributes()
  try checkOperation(golden) { inputs in
    let (x, scale, shift) = (inputs["x"]!, inputs["scale"]!, inputs["shift"]!)
    if let groups = attributes.groups { return x.groupNormalized(groups: groups, scale: scale) + shift }
    return x.layerNormalized(scale: scale, shift: shift, epsilon: attributes.epsilon!)
  }
}

/// The moments that a convolution gathers are as good as those of its output.
@Test func groupNormTakesGatheredMoments() {
  let input = Tensor(randomValues(shape: [2, 9, 7, 3], "input"))
  let weight = Tensor(randomValues(shape: [3, 3, 3, 8], "weight"))
  let scale = Tensor(randomValues(shape: [8], "scale"))
  let gathered = withoutGradients {
    input.convolvedGatheringMoments(with: weight).groupNormalized(groups: 2, scale: scale)
  }
  let plain = withoutGradients { input.convolved(with: weight).groupNormalized(groups: 2, scale: scale) }
  expectClose(gathered.value, plain.value, tolerance: 1e-5, "with gathered moments")
}
