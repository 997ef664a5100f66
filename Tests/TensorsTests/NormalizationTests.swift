import Tensors
import TestSupport
import Testing

private struct Attributes: Decodable {
  var operation: String
  var epsilon: Float
  var slope: Float?
}

@Test(.onAnotherDevice, arguments: try GoldenFile("normalization").cases)
func normalization(_ golden: GoldenCase) throws {
  let attributes: Attributes = try golden.attributes()
  try checkOperation(golden) { inputs in
    let x = inputs["x"]!
    return switch attributes.operation {
    case "instance": x.instanceNormalized(epsilon: attributes.epsilon, negativeSlope: attributes.slope!)
    case "batch": x.batchNormalized(epsilon: attributes.epsilon) * inputs["scale"]! + inputs["shift"]!
    default: preconditionFailure("no such operation: \(attributes.operation)")
    }
  }
}
