import Tensors
import TestSupport
import Testing

private struct Attributes: Decodable {
  var stride: [Int]?
  var padding: [Int]?
  var dilation: [Int]?
  var outputPadding: [Int]?
  var groups: Int?
}

private func size(_ values: [Int]?, _ standard: Int) -> Size {
  values.map { Size(height: $0[0], width: $0[1]) } ?? Size(standard)
}

private func padding(_ values: [Int]?) -> Padding {
  let values = values ?? [0, 0, 0, 0]
  return Padding(top: values[0], left: values[1], bottom: values[2], right: values[3])
}

@Test(.onAnotherDevice, arguments: try GoldenFile("convolution").cases)
func convolution(_ golden: GoldenCase) throws {
  let attributes: Attributes = try golden.attributes()
  try checkOperation(golden) { inputs in
    inputs["x"]!.convolved(
      with: inputs["weight"]!, bias: inputs["bias"], stride: size(attributes.stride, 1),
      padding: padding(attributes.padding), dilation: size(attributes.dilation, 1))
  }
}

@Test(.onAnotherDevice, arguments: try GoldenFile("groupedConvolution").cases)
func groupedConvolution(_ golden: GoldenCase) throws {
  let attributes: Attributes = try golden.attributes()
  try checkOperation(golden) { inputs in
    inputs["x"]!.convolved(
      with: inputs["weight"]!, bias: inputs["bias"], groups: attributes.groups!, stride: size(attributes.stride, 1),
      padding: padding(attributes.padding), dilation: size(attributes.dilation, 1))
  }
}

@Test(.onAnotherDevice, arguments: try GoldenFile("transposeConvolution").cases)
func transposeConvolution(_ golden: GoldenCase) throws {
  let attributes: Attributes = try golden.attributes()
  try checkOperation(golden) { inputs in
    inputs["x"]!.transposeConvolved(
      with: inputs["weight"]!, bias: inputs["bias"], stride: size(attributes.stride, 1),
      padding: padding(attributes.padding), outputPadding: size(attributes.outputPadding, 0),
      dilation: size(attributes.dilation, 1))
  }
}
