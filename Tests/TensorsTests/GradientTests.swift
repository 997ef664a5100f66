import Tensors
import TestSupport
import Testing

@Suite struct GradientTests {
  let x = Tensor(variable: NDArray([1, -2, 3], shape: [3]))
  let y = Tensor(variable: NDArray([4, 5, 6], shape: [3]))

  @Test func everyUseOfATensorCounts() {
    let sum = (x * y + x.squared() + x).sum()
    #expect(gradients(of: sum, withRespectTo: [x, y]).map(\.value.scalars) == [[7, 2, 13], [1, -2, 3]])
  }

  @Test func aResultIndependentOfATensorHasZeroGradient() {
    #expect(gradients(of: x.sum(), withRespectTo: [y])[0].value == NDArray([0, 0, 0], shape: [3]))
    #expect(gradients(of: Tensor(3), withRespectTo: [y])[0].value == NDArray([0, 0, 0], shape: [3]))
  }

  @Test func aResultIsItsOwnGradientsOne() {
    let single = Tensor(variable: NDArray(5))
    #expect(gradients(of: single, withRespectTo: [single])[0].scalar == 1)
  }

  @Test func theSameTensorMayBeNamedTwice() {
    let both = gradients(of: x.squared().sum(), withRespectTo: [x, x])
    #expect(both.map(\.value.scalars) == [[2, -4, 6], [2, -4, 6]])
  }

  @Test func gradientsOfAnIntermediateValueStopThere() {
    let middle = x * y
    let result = (middle.squared() + y).sum()
    let found = gradients(of: result, withRespectTo: [middle, y])
    #expect(found[0].value.scalars == [8, -20, 36])
    #expect(found[1].value.scalars == [9, 41, 109])
  }

  @Test func detachingStopsTheGradient() {
    let found = gradients(of: (x * y.detached + (x * y).detached).sum(), withRespectTo: [x, y])
    #expect(found.map(\.value.scalars) == [[4, 5, 6], [0, 0, 0]])
  }

  @Test func nothingIsRecordedWithoutGradients() {
    let product = withoutGradients { x * y }
    #expect(product.value.scalars == [4, -10, 18])
    #expect(
      gradients(of: (product * x).sum(), withRespectTo: [x, y]).map(\.value.scalars) == [[4, -10, 18], [0, 0, 0]])
  }

  @Test func thirdDerivatives() {
    let cube = (x * x * x * x).sum()
    let first = gradients(of: cube, withRespectTo: [x], differentiable: true)[0]
    let second = gradients(of: first.sum(), withRespectTo: [x], differentiable: true)[0]
    let third = gradients(of: second.sum(), withRespectTo: [x])[0]
    #expect(second.value.scalars == [12, 48, 108])
    #expect(third.value.scalars == [24, -48, 72])
  }

  @Test func gradientsAreConstantsUnlessAskedToBeDifferentiable() {
    let gradient = gradients(of: x.squared().sum(), withRespectTo: [x])[0]
    #expect(gradients(of: gradient.squared().sum(), withRespectTo: [x])[0].value.scalars == [0, 0, 0])
  }

  /// A penalty on the gradient with respect to a discriminator's inputs, differentiated with respect to its weights.
  @Test func gradientPenaltyThroughANetwork() {
    let image = Tensor(variable: randomValues(shape: [2, 9, 8, 3], "image"))
    let first = randomValues(shape: [4, 4, 3, 16], "first")
    let second = randomValues(shape: [3, 3, 16, 2], "second")
    checkGradients(at: [first, second], step: 1 / 512, tolerance: 3e-3) { weights in
      let features = (image.convolved(with: weights[0] * 0.1, stride: Size(2), padding: Padding(1)))
        .hyperbolicTangent().padded(Padding(1), mode: .reflection).upsampledNearest(by: 2)
      let judged = features.instanceNormalized().convolved(with: weights[1] * 0.1).sigmoid()
      let slopes = gradients(of: judged.sum(), withRespectTo: [image], differentiable: true)[0]
      return ((slopes.squared().sum(axes: [1, 2, 3]) + 1e-12).squareRoot() - 1).squared()
    }
  }

  @Test func aDeepGraphIsWalkedAndReleased() {
    var tensor = x
    for _ in 0..<20_000 { tensor = tensor + 1 }
    #expect(gradients(of: tensor.sum(), withRespectTo: [x])[0].value.scalars == [1, 1, 1])
  }
}
