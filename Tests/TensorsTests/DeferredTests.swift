import Tensors
import TestSupport
import Testing

/// What a convolution works out while it reads is what it would have read from memory.
@Suite struct DeferredTests {
  private let images = Tensor(randomValues(shape: [2, 9, 11, 16], "images"))
  private let others = Tensor(randomValues(shape: [2, 9, 11, 5], "others"))

  /// Convolves the tensor as it is, and a copy of its values, with kernels for each of the ways.
  private func expectSameWhenRead(_ tensor: Tensor, _ name: Comment) {
    let written = Tensor(NDArray(tensor.value.scalars, shape: tensor.shape))
    let channels = tensor.shape[3]
    for (kernel, stride, outputs) in [(3, 1, 16), (3, 1, 7), (3, 2, 16), (1, 1, 4), (5, 1, 2)] {
      let weight = Tensor(randomValues(shape: [kernel, kernel, channels, outputs], "weight"))
      func convolved(_ tensor: Tensor) -> NDArray {
        tensor.convolved(with: weight, stride: Size(stride), padding: Padding(kernel / 2)).value
      }
      expectClose(convolved(tensor), convolved(written), tolerance: 1e-6, "\(name), kernel \(kernel), stride \(stride)")
    }
  }

  @Test func normAndRectifier() {
    expectSameWhenRead(images.instanceNormalized(), "norm")
    expectSameWhenRead(images.instanceNormalized(negativeSlope: 0.2), "norm and rectifier")
    expectSameWhenRead(images.batchNormalized(negativeSlope: 0), "batch norm")
    expectSameWhenRead(others.instanceNormalized(negativeSlope: 0), "norm of few channels")
  }

  @Test func rectifiersAndFactors() {
    let slopes = Tensor(randomValues(shape: [16], "slopes"))
    expectSameWhenRead(images.leakyRectified(slope: 0.2), "rectifier")
    expectSameWhenRead(images.leakyRectified(slope: 0.2).rectified(), "two rectifiers")
    expectSameWhenRead(images.parametricRectified(slope: slopes), "a slope for each channel")
    expectSameWhenRead(images.parametricRectified(slope: slopes).leakyRectified(slope: 0.5), "two kinds")
    expectSameWhenRead((images.rectified() * 0.3).leakyRectified(slope: 0.1), "factor between rectifiers")
    expectSameWhenRead(images.leakyRectified(slope: 0.5) * -2, "negative factor")
  }

  @Test(arguments: PaddingMode.allCases) func padding(mode: PaddingMode) {
    expectSameWhenRead(images.padded(Padding(3), mode: mode), "padding")
    expectSameWhenRead(images.instanceNormalized(negativeSlope: 0).padded(Padding(2), mode: mode), "norm, then padding")
    expectSameWhenRead(images.padded(Padding(1), mode: mode).leakyRectified(slope: 0.2), "padding, then rectifier")
    expectSameWhenRead(images.padded(Padding(1), mode: mode).instanceNormalized(), "padding, then norm")
    expectSameWhenRead(
      images.upsampledNearest(by: 2).padded(Padding(1), mode: mode).padded(Padding(2), mode: mode), "enlarged")
  }

  @Test func concatenation() {
    let joined = concatenated([images.leakyRectified(slope: 0.2), others, images * 0.2], axis: 3)
    expectSameWhenRead(joined, "joined")
    expectSameWhenRead(joined.leakyRectified(slope: 0.1), "joined, then rectified")
    expectSameWhenRead(
      concatenated([images.padded(Padding(1), mode: .reflection), others.padded(Padding(1), mode: .zero)], axis: 3),
      "joined after different paddings")
  }

  @Test func sums() {
    let sum = images + images.instanceNormalized(negativeSlope: 0)
    let expected = zip(images.value.scalars, images.instanceNormalized(negativeSlope: 0).value.scalars).map(+)
    #expect(sum.value.scalars == expected)
    expectSameWhenRead(sum * 0.5, "sum")
  }
}
