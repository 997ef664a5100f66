import Tensors
import TestSupport
import Testing

private struct Attributes: Decodable {
  var operation: String
  var number: Float?
  var numberOn: String?
}

@Test(.onAnotherDevice, arguments: try GoldenFile("arithmetic").cases)
func arithmetic(_ golden: GoldenCase) throws {
  let attributes: Attributes = try golden.attributes()
  try checkOperation(golden) { inputs in
    switch (attributes.operation, attributes.numberOn, attributes.number) {
    case ("sum", "left", let number?): number + inputs["right"]!
    case ("sum", "right", let number?): inputs["left"]! + number
    case ("sum", _, _): inputs["left"]! + inputs["right"]!
    case ("difference", "left", let number?): number - inputs["right"]!
    case ("difference", "right", let number?): inputs["left"]! - number
    case ("difference", _, _): inputs["left"]! - inputs["right"]!
    case ("product", "left", let number?): number * inputs["right"]!
    case ("product", "right", let number?): inputs["left"]! * number
    case ("product", _, _): inputs["left"]! * inputs["right"]!
    case ("quotient", "left", let number?): number / inputs["right"]!
    case ("quotient", "right", let number?): inputs["left"]! / number
    case ("quotient", _, _): inputs["left"]! / inputs["right"]!
    case ("negative", _, _): -inputs["left"]!
    case ("cube", _, _): inputs["left"]! * inputs["left"]! * inputs["left"]!
    default: preconditionFailure("no such operation: \(attributes.operation)")
    }
  }
}
