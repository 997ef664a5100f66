import Layers
import Tensors
import TestSupport
import Testing

private struct Attributes: Decodable {
  var kernel: Int
  var stride: Int
  var padding: Int
}

@Suite struct SpectralConvolutionTests {
  /// Two passes in training, which update the vectors, and one outside.
  @Test(arguments: try GoldenFile("spectralNorm").cases)
  func followsPyTorch(_ golden: GoldenCase) throws {
    let attributes: Attributes = try golden.attributes()
    let weight = try golden.array("weight")
    let layer = SpectralConv2D(
      weight.shape[1], weight.shape[0], kernel: attributes.kernel, stride: attributes.stride,
      padding: attributes.padding)
    layer.weight.value = Tensor(weight).transposed([2, 3, 1, 0]).value
    layer.outputDirection.value = try golden.array("u")
    layer.inputDirection.value = try golden.array("v")
    let input = Tensor(variable: try golden.array("input"))
    let upstream = Tensor(try golden.array("upstream"))
    for pass in 0..<3 {
      func expect(_ array: NDArray, _ role: String) throws {
        expectClose(array, try golden.array(role), tolerance: 1e-5, "\(golden.name) \(role)")
      }
      let output = pass < 2 ? TrainingContext.run(seed: 1, step: pass) { layer(input) } : layer(input)
      try expect(output.value, "output\(pass)")
      try expect(layer.outputDirection.value, "u\(pass)")
      try expect(layer.inputDirection.value, "v\(pass)")
      for differentiable in [false, true] {
        let found = gradients(
          of: (output * upstream).sum(), withRespectTo: [input, layer.weight.tensor], differentiable: differentiable)
        try expect(found[0].value, "gradient\(pass).input")
        try expect(found[1].transposed([3, 2, 0, 1]).value, "gradient\(pass).weight")
      }
    }
  }

  @Test func manyPassesFindTheLargestSingularValue() {
    let layer = SpectralConv2D(2, 2, kernel: 1)
    // Singular values 3 and 1.
    layer.weight.value = NDArray([2, 1, 1, 2], shape: [1, 1, 2, 2])
    let input = Tensor(NDArray([1, 1], shape: [1, 1, 1, 2]))
    for step in 0..<30 { TrainingContext.run(seed: 1, step: step) { _ = layer(input) } }
    expectClose(layer(input).value, NDArray([1, 1], shape: [1, 1, 1, 2]), tolerance: 1e-5, "by 3")
  }
}
