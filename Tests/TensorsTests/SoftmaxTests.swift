import Tensors
import TestSupport
import Testing

private struct Attributes: Decodable {
  var operation: String
}

@Test(.onAnotherDevice, arguments: try GoldenFile("softmax").cases)
func softmax(_ golden: GoldenCase) throws {
  let attributes: Attributes = try golden.attributes()
  try checkOperation(golden) { inputs in
    let x = inputs["x"]!
    return switch attributes.operation {
    case "softmax": x.softmax()
    case "logSoftmax": x.logSoftmax()
    default: preconditionFailure("no such operation: \(attributes.operation)")
    }
  }
}
