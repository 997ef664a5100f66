import Tensors
import TestSupport
import Testing

@Suite struct RecomputationTests {
  private let weight = Tensor(variable: randomValues(shape: [3, 3, 2, 2], "weight"))
  private let scale = Tensor(variable: randomValues(shape: [2], "scale"))
  private let image = Tensor(variable: randomValues(shape: [1, 8, 8, 2], "image"))

  private func block(_ input: Tensor) -> Tensor {
    let features = input.padded(Padding(1), mode: .reflection).convolved(with: weight * 0.5)
    return input + features.instanceNormalized(negativeSlope: 0.2) * scale
  }

  private func recomputedBlock(_ input: Tensor) -> Tensor {
    recomputed(input, parameters: [weight, scale]) { input, _ in block(input) }
  }

  @Test func valuesAndGradientsAreTheSameBits() {
    let (plain, again) = (block(block(image)), recomputedBlock(recomputedBlock(image)))
    #expect(plain.value == again.value)
    #expect(
      gradients(of: plain.squared().mean(), withRespectTo: [image, weight, scale]).map(\.value)
        == gradients(of: again.squared().mean(), withRespectTo: [image, weight, scale]).map(\.value))
    #expect(
      gradients(of: plain.squared().mean(), withRespectTo: [scale]).map(\.value)
        == gradients(of: again.squared().mean(), withRespectTo: [scale], releasingGraph: true).map(\.value))
  }

  @Test func aBodyOfNothingPassesGradientsOn() {
    let same = recomputed(image, parameters: []) { input, _ in input }
    #expect(gradients(of: same.sum(), withRespectTo: [image])[0].value.scalars.allSatisfy { $0 == 1 })
    let constant = recomputed(image, parameters: [scale]) { _, _ in scale.squared() }
    let found = gradients(of: constant.sum(), withRespectTo: [image, scale])
    #expect(found[0].value.scalars.allSatisfy { $0 == 0 } && found[1].value == (scale * 2).value)
  }

  /// The body's gradient must not include what reaches a parameter through the input.
  @Test func theInputMayDependOnParameters() {
    let input = image * scale
    let (plain, again) = (block(input).squared().mean(), recomputedBlock(input).squared().mean())
    for (expected, found) in zip(
      gradients(of: plain, withRespectTo: [scale, input]), gradients(of: again, withRespectTo: [scale, input]))
    {
      expectClose(found.value, expected.value, tolerance: 1e-6, "gradient")
    }
  }

  @Test func bodiesNest() {
    let plain = block(block(image))
    let again = recomputed(image, parameters: [weight, scale]) { input, _ in
      recomputedBlock(recomputedBlock(input))
    }
    for (expected, found) in zip(
      gradients(of: plain.squared().mean(), withRespectTo: [image, weight, scale]),
      gradients(of: again.squared().mean(), withRespectTo: [image, weight, scale]))
    {
      expectClose(found.value, expected.value, tolerance: 1e-6, "gradient")
    }
  }

  @Test func secondDerivatives() {
    func penaltyGradients(_ layer: (Tensor) -> Tensor) -> [NDArray] {
      let judged = layer(layer(image)).sigmoid().squared().sum()
      let slopes = gradients(of: judged, withRespectTo: [image, scale], differentiable: true)
      let penalty = slopes[0].squared().sum() + slopes[1].squared().sum()
      return gradients(of: penalty, withRespectTo: [image, weight, scale]).map(\.value)
    }
    for (expected, found) in zip(penaltyGradients(block), penaltyGradients(recomputedBlock)) {
      #expect(expected.scalars.contains { $0 != 0 })
      expectClose(found, expected, tolerance: 1e-5, "second derivative")
    }
  }

  @Test func bodiesAreToldOfTheirRepetition() {
    var calls: [Bool] = []
    let result = recomputed(image, parameters: []) { input, isRepeated in
      calls.append(isRepeated)
      return input.squared()
    }
    #expect(calls == [false])
    _ = gradients(of: result.sum(), withRespectTo: [image])
    #expect(calls == [false, true])
  }

  @Test func aParameterThatIsNotNamedIsRefused() async {
    await #expect(processExitsWith: .failure) {
      let (x, y) = (Tensor(variable: NDArray(2)), Tensor(variable: NDArray(3)))
      let product = recomputed(x, parameters: []) { x, _ in x * y }
      _ = gradients(of: product, withRespectTo: [x, y])
    }
  }

  @Test func onlyTheInputIsKept() async {
    await #expect(processExitsWith: .success) {
      let x = Tensor(variable: NDArray(repeating: 1, shape: [1 << 18]))
      let start = ArrayMemory.liveBytes
      let result = recomputed(x, parameters: []) { input, _ in
        (0..<10).reduce(input) { tensor, _ in tensor.sigmoid() }
      }
      #expect(ArrayMemory.liveBytes - start < 2 << 20)
      let found = gradients(of: result.sum(), withRespectTo: [x])
      #expect(ArrayMemory.liveBytes - start < 4 << 20)
      #expect(found[0].value.scalars[0] > 0)
    }
  }
}
