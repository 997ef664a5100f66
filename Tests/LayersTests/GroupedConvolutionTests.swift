import Layers
import Tensors
import TestSupport
import Testing

@Suite struct GroupedConvolutionTests {
  @Test func weightsHaveTheirGroupsFanIn() {
    let layer = Conv2D(1024, 2048, kernel: 3, groups: 1024)
    #expect(layer.weight.shape == [3, 3, 1, 2048])
    Initializer.kaiming(scale: 1).initialize(layer, seed: 1, purpose: "test")
    let values = layer.weight.value.scalars
    let deviation = (values.reduce(0) { $0 + $1 * $1 } / Float(values.count)).squareRoot()
    #expect(abs(deviation - (2 / 9.0 as Float).squareRoot()) < 0.01)
    #expect(Conv2D(12, 18, kernel: 3, groups: 3).weight.shape == [3, 3, 4, 18])
  }

  /// Sizes, and where the one zero more stands, as TensorFlow has them.
  @Test(
    arguments: [(3, 1, 8, 1, 1), (3, 2, 8, 0, 1), (3, 2, 7, 1, 1), (5, 2, 8, 1, 2), (5, 2, 9, 2, 2), (1, 2, 8, 0, 0)])
  func samePaddingIsTensorFlows(kernel: Int, stride: Int, size: Int, before: Int, after: Int) {
    let layer = Conv2D(4, 4, kernel: kernel, stride: stride, padding: .same, groups: 4)
    layer.weight.value = randomValues(shape: layer.weight.shape, "weight")
    let input = Tensor(randomValues(shape: [2, size, size + 2 * stride, 4], "input"))
    let output = layer(input)
    let padding = Padding(top: before, left: before, bottom: after, right: after)
    let expected = input.padded(padding, mode: .zero).convolved(
      with: layer.weight.tensor, groups: 4, stride: Size(stride))
    #expect(output.shape[1] == (size + stride - 1) / stride)
    #expect(layer.outputSize(for: Size(height: size, width: size + 2 * stride)).height == output.shape[1])
    expectClose(output.value, expected.value, tolerance: 1e-6, "padded")
  }

  @Test func aGlobalMeanIsOnePixel() {
    let input = Tensor(NDArray([1, 2, 3, 4, 5, 6, 7, 8], shape: [1, 2, 2, 2]))
    #expect(GlobalMean()(input).value == NDArray([4, 5], shape: [1, 1, 1, 2]))
  }
}
