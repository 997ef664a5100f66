import Tensors
import TestSupport
import Testing
import Threads

/// Results are bitwise the same on any number of threads.
@Suite(.serialized) struct ThreadCountTests {
  private func expectSameBytes(_ body: () -> [Tensor]) {
    let count = ThreadPool.threadCount
    defer { ThreadPool.threadCount = count }
    let results = [1, 2, 3].map { threads in
      ThreadPool.threadCount = threads
      return body().map(\.value)
    }
    #expect(results[1] == results[0])
    #expect(results[2] == results[0])
  }

  private func valueAndGradients(_ shapes: [Shape], _ operation: ([Tensor]) -> Tensor) -> [Tensor] {
    let inputs = shapes.enumerated().map { Tensor(variable: randomValues(shape: $1, "input \($0)")) }
    let output = operation(inputs)
    let weighted = (output * Tensor(randomValues(shape: output.shape, "upstream"))).sum()
    return [output, weighted] + gradients(of: weighted, withRespectTo: inputs)
  }

  @Test(arguments: [(3, 1, 16), (3, 2, 64), (3, 2, 17), (7, 1, 3), (4, 2, 8), (1, 1, 33)])
  func convolution(kernel: Int, stride: Int, channels: Int) {
    expectSameBytes {
      valueAndGradients([[2, 61, 47, channels], [kernel, kernel, channels, 64], [64]]) {
        $0[0].convolved(with: $0[1], bias: $0[2], stride: Size(stride), padding: Padding(kernel / 2))
      }
    }
  }

  @Test(arguments: [(3, 1, 16), (3, 2, 144), (5, 1, 33), (5, 2, 16)])
  func depthwiseConvolution(kernel: Int, stride: Int, channels: Int) {
    expectSameBytes {
      valueAndGradients([[3, 61, 47, channels], [kernel, kernel, 1, channels], [channels]]) {
        $0[0].convolved(
          with: $0[1], bias: $0[2], groups: channels, stride: Size(stride), padding: Padding(kernel / 2))
      }
    }
  }

  @Test func groupedConvolution() {
    expectSameBytes {
      valueAndGradients([[2, 31, 27, 12], [3, 3, 4, 18], [18]]) {
        $0[0].convolved(with: $0[1], bias: $0[2], groups: 3, padding: Padding(1))
      }
    }
  }

  @Test func softmax() {
    expectSameBytes {
      valueAndGradients([[2, 61, 47, 33]]) { $0[0].softmax() }
        + valueAndGradients([[2, 61, 47, 33]]) { $0[0].logSoftmax() }
    }
  }

  @Test(arguments: [12, 16]) func transposeConvolution(outputs: Int) {
    expectSameBytes {
      valueAndGradients([[2, 31, 27, 16], [3, 3, outputs, 16], [outputs]]) {
        $0[0].transposeConvolved(
          with: $0[1], bias: $0[2], stride: Size(2), padding: Padding(1), outputPadding: Size(1))
      }
    }
  }

  @Test func matrixProduct() {
    expectSameBytes { valueAndGradients([[301, 203], [203, 157]]) { $0[0].matrixProduct(with: $0[1]) } }
  }

  @Test func normalization() {
    expectSameBytes {
      valueAndGradients([[3, 61, 47, 24]]) { $0[0].instanceNormalized(negativeSlope: 0.2) }
        + valueAndGradients([[3, 61, 47, 24]]) { $0[0].batchNormalized() }
    }
  }

  @Test func arithmeticAndReductions() {
    expectSameBytes {
      valueAndGradients([[2, 173, 151, 5], [5]]) { ($0[0] * $0[1] + $0[0].hyperbolicTangent()).mean(axes: [0, 2]) }
    }
  }

  @Test func paddingAndResampling() {
    expectSameBytes {
      valueAndGradients([[2, 61, 47, 8]]) {
        $0[0].padded(Padding(3), mode: .reflection).upsampledBilinear(by: 2).averagePooled(window: 3).pixelShuffled(
          by: 2)
      } + valueAndGradients([[2, 61, 47, 8]]) { $0[0].maximumPooled(window: 2) }
    }
  }
}
