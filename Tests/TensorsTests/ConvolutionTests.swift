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

/// The addend of a convolution, by Winograd's filtering and directly, with its own gradient.
@Test(.onAnotherDevice, arguments: [(3, 16, true), (3, 16, false), (3, 5, true), (1, 16, false)])
func addingIsASum(kernel: Int, channels: Int, hasBias: Bool) {
  func parameter(_ dimensions: [Int], _ purpose: String) -> Tensor {
    let (shape, random) = (Shape(dimensions), Random(seed: 1, purpose: purpose))
    return Tensor(variable: NDArray((0..<shape.count).map { random.normal(at: $0) }, shape: shape))
  }
  func results(_ convolution: (Tensor, Tensor, Tensor?, Tensor) -> Tensor) -> [NDArray] {
    let input = parameter([2, 9, 11, channels], "input")
    let weight = parameter([kernel, kernel, channels, channels], "weight")
    let bias = hasBias ? parameter([channels], "bias") : nil
    let addend = parameter([2, 9, 11, channels], "addend")
    let output = convolution(input, weight, bias, addend)
    let variables = [input, weight, bias, addend].compactMap(\.self)
    return [output.value] + gradients(of: output.squared().sum(), withRespectTo: variables).map(\.value)
  }
  let padding = Padding(kernel / 2)
  let sums = results { $0.convolved(with: $1, bias: $2, padding: padding) + $3 }
  #expect(sums == results { $0.convolved(with: $1, bias: $2, padding: padding, adding: $3) })
}

/// A reshaped kernel shares its values, and with them what kernels keep of those.
@Test(
  .onAnotherDevice,
  arguments: [
    ([5, 5, 4, 4], [5, 5, 2, 8]), ([3, 3, 4, 4], [1, 1, 36, 4]), ([3, 3, 16, 16], [3, 3, 8, 32]),
  ])
func reshapedKernelsAreKernelsOfTheirOwn(first: [Int], second: [Int]) {
  func values(_ dimensions: [Int], _ purpose: String) -> NDArray {
    let (shape, random) = (Shape(dimensions), Random(seed: 1, purpose: purpose))
    return NDArray((0..<shape.count).map { random.normal(at: $0) }, shape: shape)
  }
  let kernel = values(first, "kernel")
  for dimensions in [first, second, first] {
    let input = Tensor(values([1, 9, 9, dimensions[2]], "input"))
    let shared = input.convolved(with: Tensor(kernel.reshaped(to: Shape(dimensions)))).value
    let copied = input.convolved(with: Tensor(NDArray(kernel.scalars, shape: Shape(dimensions)))).value
    #expect(shared == copied)
  }
}
