import Layers
import Tensors
import TestSupport
import Testing

@Suite struct RecomputationTests {
  private struct Block: Layer {
    let convolution = Conv2D(2, 2, kernel: 3, padding: 1, hasBias: false)
    let norm = BatchNorm2D(2)

    func callAsFunction(_ input: Tensor) -> Tensor {
      recomputed(input) { input in input + Dropout()(norm(convolution(input))) }
    }
  }

  /// Two blocks applied to an image: the result, the running statistics, and all gradients.
  private func train(recomputing: Bool) -> [NDArray] {
    let blocks = Sequential([Block(), Block()])
    Initializer.normal(deviation: 0.3).initialize(blocks, seed: 1, purpose: "test")
    let image = Tensor(variable: randomValues(shape: [2, 6, 6, 2], "image"))
    let result = TrainingContext.run(seed: 5, step: 7, recomputesActivations: recomputing) { blocks(image) }
    // Taken outside the context in which the values were computed.
    let found = gradients(of: result.squared().mean(), withRespectTo: [image] + blocks.parameters.map(\.tensor))
    return [result.value] + blocks.namedStatistics.map(\.statistic.value) + found.map(\.value)
  }

  @Test func dropoutRepeatsItsMasksAndBatchNormCountsOnce() {
    let plain = train(recomputing: false)
    #expect(plain.count == 1 + 4 + 7)
    #expect(train(recomputing: true) == plain)
  }
}
