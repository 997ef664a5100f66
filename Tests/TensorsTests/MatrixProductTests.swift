import Tensors
import TestSupport
import Testing

private struct Attributes: Decodable {
  var transposingLeft: Bool
  var transposingRight: Bool
}

@Test(.onAnotherDevice, arguments: try GoldenFile("matrices").cases)
func matrixProduct(_ golden: GoldenCase) throws {
  let attributes: Attributes = try golden.attributes()
  try checkOperation(golden) { inputs in
    inputs["left"]!.matrixProduct(
      with: inputs["right"]!, transposingLeft: attributes.transposingLeft,
      transposingRight: attributes.transposingRight)
  }
}
