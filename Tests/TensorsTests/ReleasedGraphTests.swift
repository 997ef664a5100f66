import Tensors
import TestSupport
import Testing

/// The tests run in separate processes, so that no other test disturbs their counts and a failed precondition can be
/// observed.
@Suite struct ReleasedGraphTests {
  @Test func aReleasingWalkFindsTheSameGradients() {
    let weight = Tensor(variable: randomValues(shape: [3, 3, 2, 2], "weight"))
    let image = Tensor(variable: randomValues(shape: [1, 8, 8, 2], "image"))
    func loss() -> Tensor {
      let features = image.padded(Padding(1), mode: .reflection).convolved(with: weight).instanceNormalized()
      return (features.sigmoid() + features).convolved(with: weight).squared().mean()
    }
    let kept = gradients(of: loss(), withRespectTo: [weight, image])
    let released = gradients(of: loss(), withRespectTo: [weight, image], releasingGraph: true)
    #expect(kept.map(\.value) == released.map(\.value))
  }

  @Test func aReleasedGraphHoldsNothing() async {
    await #expect(processExitsWith: .success) {
      // The memory that is counted is the host's.
      ComputeDevice.processor.run {
        let x = Tensor(variable: NDArray(repeating: 1, shape: [1 << 18]))
        let start = ArrayMemory.liveBytes
        let result = (0..<10).reduce(x) { tensor, _ in tensor.sigmoid() }.sum()
        #expect(ArrayMemory.liveBytes - start >= 10 << 20)
        let found = gradients(of: result, withRespectTo: [x])
        #expect(ArrayMemory.liveBytes - start >= 11 << 20)
        let again = gradients(of: result, withRespectTo: [x], releasingGraph: true)
        #expect(ArrayMemory.liveBytes - start < 3 << 20)
        #expect(found[0].value == again[0].value && result.shape.count == 1)
      }
    }
  }

  @Test func aReleasedGraphIsNotWalkedAgain() async {
    await #expect(processExitsWith: .failure) {
      let x = Tensor(variable: NDArray([1, 2], shape: [2]))
      let middle = x.squared()
      _ = gradients(of: middle.sum(), withRespectTo: [x], releasingGraph: true)
      _ = gradients(of: (middle * x).sum(), withRespectTo: [x])
    }
  }

  @Test func gradientsToBeDifferentiatedKeepTheirGraph() async {
    await #expect(processExitsWith: .failure) {
      let x = Tensor(variable: NDArray([1, 2], shape: [2]))
      _ = gradients(of: x.squared().sum(), withRespectTo: [x], differentiable: true, releasingGraph: true)
    }
  }
}
