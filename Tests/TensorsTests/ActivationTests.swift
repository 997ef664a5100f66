import Tensors
import TestSupport
import Testing

private struct Attributes: Decodable {
  var operation: String
  var slope: Float?
  var low: Float?
  var high: Float?
}

@Test(.onAnotherDevice, arguments: try GoldenFile("elementwise").cases)
func elementwise(_ golden: GoldenCase) throws {
  let attributes: Attributes = try golden.attributes()
  try checkOperation(golden) { inputs in
    let x = inputs["x"]!
    return switch attributes.operation {
    case "exponential": x.exp()
    case "logarithm": x.log()
    case "squareRoot": x.squareRoot()
    case "squared": x.squared()
    case "absoluteValue": x.absoluteValue()
    case "hyperbolicTangent": x.hyperbolicTangent()
    case "sigmoid": x.sigmoid()
    case "softplus": x.softplus()
    case "rectified": x.rectified()
    case "leakyRectified": x.leakyRectified(slope: attributes.slope!)
    case "parametricRectified": x.parametricRectified(slope: inputs["slope"]!)
    case "boundedRectified": x.rectified(upTo: 6)
    case "sigmoidRectified": x.sigmoidRectified()
    case "mish": x.mish()
    case "normalRectified": x.normalRectified()
    case "attended": x.attended(adding: inputs["skip"]!)
    case "hardSigmoidRectified": x.hardSigmoidRectified()
    case "clamped": x.clamped(to: attributes.low!...attributes.high!)
    default: preconditionFailure("no such operation: \(attributes.operation)")
    }
  }
}

@Test func farValuesStayExactInTheirTails() {
  let x = Tensor(NDArray([-30, -12, 12, 30, 90], shape: [5]))
  let sigmoid = x.sigmoid().value.scalars
  let softplus = x.softplus().value.scalars
  for (index, exact) in [9.357623e-14, 6.144175e-6].enumerated() {
    #expect(abs(Double(sigmoid[index]) / exact - 1) < 1e-3)
    #expect(abs(Double(softplus[index]) / exact - 1) < 1e-3)
  }
  #expect(sigmoid[4] == 1)
  #expect(softplus[4] == 90)
}
