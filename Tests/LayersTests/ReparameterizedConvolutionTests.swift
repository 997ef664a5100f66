import Layers
import Tensors
import TestSupport
import Testing

@Suite struct ReparameterizedConvolutionTests {
  private let layer: ReparameterizedConvolution

  init() {
    layer = ReparameterizedConvolution(3, 2)
    for (name, parameter) in layer.namedParameters { parameter.value = randomValues(shape: parameter.shape, name) }
  }

  /// The branches computed one by one.
  private func branches(of input: Tensor) -> Tensor {
    layer.skip(input) + layer.contraction(layer.spatial(layer.expansion(input.padded(Padding(1), mode: .zero))))
  }

  @Test func oneConvolutionEqualsTheBranchesUpToTheBorder() {
    let input = Tensor(randomValues(shape: [2, 4, 5, 3], "input"))
    expectClose(layer(input).value, branches(of: input).value, tolerance: 1e-6, "output")
    let (kernel, bias) = layer.kernelAndBias
    #expect(kernel.shape == [3, 3, 3, 2] && bias?.shape == [2])
  }

  @Test func gradientsReachEveryBranch() {
    let input = Tensor(variable: randomValues(shape: [2, 4, 5, 3], "input"))
    let weights = Tensor(randomValues(shape: [2, 4, 5, 2], "weights"))
    let variables = [input] + layer.parameters.map(\.tensor)
    let expected = gradients(of: (branches(of: input) * weights).sum(), withRespectTo: variables)
    let found = gradients(of: (layer(input) * weights).sum(), withRespectTo: variables)
    for (index, gradient) in found.enumerated() {
      expectClose(gradient.value, expected[index].value, tolerance: 1e-5, "gradient \(index)")
    }
  }
}
