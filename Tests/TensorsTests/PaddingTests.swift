import Tensors
import TestSupport
import Testing

private struct Attributes: Decodable {
  var mode: String
  var padding: [Int]
}

@Test(.onAnotherDevice, arguments: try GoldenFile("padding").cases)
func padding(_ golden: GoldenCase) throws {
  let attributes: Attributes = try golden.attributes()
  let widths = attributes.padding
  let padding = Padding(top: widths[0], left: widths[1], bottom: widths[2], right: widths[3])
  try checkOperation(golden) { inputs in
    switch attributes.mode {
    case "zero": inputs["x"]!.padded(padding, mode: .zero)
    case "reflection": inputs["x"]!.padded(padding, mode: .reflection)
    case "replication": inputs["x"]!.padded(padding, mode: .replication)
    default: preconditionFailure("no such mode: \(attributes.mode)")
    }
  }
}
