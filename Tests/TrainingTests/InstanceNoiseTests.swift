import Layers
import Tensors
import Testing
import Training

@Suite struct InstanceNoiseTests {
  private let images = Tensor(NDArray(repeating: 0.5, shape: [4, 8, 8, 2]))

  private func deviation(_ noise: InstanceNoise, step: Int) -> Float {
    let seen = TrainingContext.run(seed: 1, step: step) { noise(images, "real") }
    return ((seen - images).squared().mean().value.scalars[0]).squareRoot()
  }

  @Test func fallsToNothingInTheStepsThatItIsGiven() {
    let noise = InstanceNoise(deviation: 0.4, steps: 100)
    #expect(abs(deviation(noise, step: 1) - 0.4) < 0.04)
    #expect(abs(deviation(noise, step: 51) - 0.2) < 0.02)
    #expect(deviation(noise, step: 101) == 0)
    #expect(deviation(InstanceNoise(deviation: 0, steps: 100), step: 1) == 0)
    // Outside training there is none.
    #expect(noise(images, "real").value == images.value)
  }

  @Test func isTheSameHoweverImagesAreDivided() {
    let noise = InstanceNoise(deviation: 0.4, steps: 100)
    func seen(_ range: Range<Int>) -> [Float] {
      TrainingContext.run(seed: 1, step: 3, firstImage: range.lowerBound) {
        noise(images.sliced(axis: 0, range: range), "real").value.scalars
      }
    }
    #expect(seen(0..<4) == seen(0..<1) + seen(1..<4))
    let fake = TrainingContext.run(seed: 1, step: 3) { noise(images, "fake").value.scalars }
    #expect(seen(0..<4) != fake)
  }
}
