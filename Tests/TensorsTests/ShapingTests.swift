import Tensors
import TestSupport
import Testing

private struct Attributes: Decodable {
  var operation: String
  var inputs: [String]
  var shape: [Int]?
  var order: [Int]?
  var axis: Int?
  var low: Int?
  var high: Int?
}

@Test(.onAnotherDevice, arguments: try GoldenFile("shaping").cases)
func shaping(_ golden: GoldenCase) throws {
  let attributes: Attributes = try golden.attributes()
  try checkOperation(golden) { inputs in
    switch attributes.operation {
    case "reshaped": inputs["x"]!.reshaped(to: Shape(attributes.shape!))
    case "transposed": inputs["x"]!.transposed(attributes.order!)
    case "broadcast": inputs["x"]!.broadcast(to: Shape(attributes.shape!))
    case "sliced": inputs["x"]!.sliced(axis: attributes.axis!, range: attributes.low!..<attributes.high!)
    case "concatenated": concatenated(attributes.inputs.map { inputs[$0]! }, axis: attributes.axis!)
    default: preconditionFailure("no such operation: \(attributes.operation)")
    }
  }
}
