import Tensors
import TestSupport
import Testing

/// Compares sizes too large for a golden file with a plain sum of products in double precision. Gradients are checked
/// by adjointness: convolution is linear in its input and in its weight, so
/// `<gradient, direction> = <upstream, convolution of the direction>`.
@Test(
  arguments: [
    (3, 1, 64, 64, 33, 29), (3, 1, 48, 80, 16, 16), (3, 1, 128, 16, 11, 13), (3, 1, 16, 128, 10, 9),
    (3, 1, 20, 36, 7, 64),
    (3, 1, 256, 32, 6, 5), (3, 2, 32, 64, 31, 18), (4, 2, 64, 32, 20, 22), (7, 1, 3, 64, 25, 19), (7, 1, 64, 3, 18, 27),
  ])
func largeConvolution(
  kernel: Int, stride: Int, inputChannels: Int, outputChannels: Int, height: Int, width: Int
) {
  let input = randomValues(shape: [2, height, width, inputChannels], "input")
  let weight = randomValues(shape: [kernel, kernel, inputChannels, outputChannels], "weight")
  let variables = [Tensor(variable: input), Tensor(variable: weight)]
  let padding = kernel / 2
  let output = variables[0].convolved(with: variables[1], stride: Size(stride), padding: Padding(padding))
  let exact = plainConvolution(input, weight, stride: stride, padding: padding, outputShape: output.shape)
  expectClose(output.value, exact, tolerance: 2e-5, "value")

  let upstream = randomValues(shape: output.shape, "upstream")
  let found = gradients(of: (output * Tensor(upstream)).sum(), withRespectTo: variables)
  // A random direction tests all values of a gradient at once.
  let inputDirection = randomValues(shape: input.shape, "input direction")
  let weightDirection = randomValues(shape: weight.shape, "weight direction")
  let alongInput = plainConvolution(
    inputDirection, weight, stride: stride, padding: padding, outputShape: output.shape)
  let alongWeight = plainConvolution(
    input, weightDirection, stride: stride, padding: padding, outputShape: output.shape)
  for (gradient, direction, expected) in [
    (found[0].value, inputDirection, alongInput), (found[1].value, weightDirection, alongWeight),
  ] {
    let scale = product(gradient, gradient).squareRoot()
    #expect(abs(product(gradient, direction) - product(upstream, expected)) < 1e-5 * scale)
  }
}

private func product(_ left: NDArray, _ right: NDArray) -> Double {
  zip(left.scalars, right.scalars).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}

private func plainConvolution(
  _ input: NDArray, _ weight: NDArray, stride: Int, padding: Int, outputShape: Shape
) -> NDArray {
  let (height, width, inputChannels) = (input.shape[1], input.shape[2], input.shape[3])
  let (kernel, outputChannels) = (weight.shape[0], weight.shape[3])
  let (x, w) = (input.scalars.map(Double.init), weight.scalars.map(Double.init))
  var result: [Float] = []
  for image in 0..<outputShape[0] {
    for row in 0..<outputShape[1] {
      for column in 0..<outputShape[2] {
        var sums = [Double](repeating: 0, count: outputChannels)
        for i in 0..<kernel {
          for j in 0..<kernel {
            let (y, z) = (row * stride + i - padding, column * stride + j - padding)
            guard (0..<height).contains(y), (0..<width).contains(z) else { continue }
            for channel in 0..<inputChannels {
              let value = x[((image * height + y) * width + z) * inputChannels + channel]
              let first = ((i * kernel + j) * inputChannels + channel) * outputChannels
              for out in 0..<outputChannels { sums[out] += value * w[first + out] }
            }
          }
        }
        result += sums.map(Float.init)
      }
    }
  }
  return NDArray(result, shape: outputShape)
}
