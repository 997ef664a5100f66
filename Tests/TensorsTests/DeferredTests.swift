import Kernels
import Tensors
import TestSupport
import Testing

/// Values that a convolution computes while it reads equal those that it would have read from memory, and nothing is
/// written to memory first.
@Suite struct DeferredTests {
  private let images = Tensor(randomValues(shape: [2, 9, 11, 16], "images"))
  private let others = Tensor(randomValues(shape: [2, 9, 11, 5], "others"))

  /// Convolves a deferred tensor, and a copy of its values in memory, with kernels for each convolution algorithm.
  ///
  /// - Parameter writes: how often pixels are expected to be written to memory, where not everything can be deferred.
  private func expectSameWhenRead(_ name: Comment, writes: Int = 0, _ make: () -> Tensor) {
    let device = WatchedDevice()
    Devices.$current.withValue(device) {
      let tensor = make()
      let weights = [(3, 1, 16), (3, 1, 7), (3, 2, 16), (1, 1, 4), (5, 1, 2)].map { kernel, stride, outputs in
        (Tensor(randomValues(shape: [kernel, kernel, tensor.shape[3], outputs], "weight")), kernel, stride)
      }
      let depthwise = Tensor(randomValues(shape: [5, 5, 1, tensor.shape[3]], "weight"))
      func convolved(_ tensor: Tensor) -> [NDArray] {
        weights.map { weight, kernel, stride in
          tensor.convolved(with: weight, stride: Size(stride), padding: Padding(kernel / 2)).value
        } + [tensor.convolved(with: depthwise, groups: tensor.shape[3], stride: Size(2), padding: Padding(2)).value]
      }
      let read = convolved(tensor)
      #expect(device.calls["pixels", default: 0] == writes, name)
      let written = convolved(Tensor(NDArray(tensor.value.scalars, shape: tensor.shape)))
      for index in read.indices {
        expectClose(read[index], written[index], tolerance: 1e-6, "\(name), convolution \(index)")
      }
    }
  }

  @Test func normAndRectifier() {
    expectSameWhenRead("norm") { images.instanceNormalized() }
    expectSameWhenRead("norm and rectifier") { images.instanceNormalized(negativeSlope: 0.2) }
    expectSameWhenRead("batch norm") { images.batchNormalized(negativeSlope: 0) }
    expectSameWhenRead("norm of few channels") { others.instanceNormalized(negativeSlope: 0) }
  }

  @Test func rectifiersAndFactors() {
    let slopes = Tensor(randomValues(shape: [16], "slopes"))
    expectSameWhenRead("rectifier") { images.leakyRectified(slope: 0.2) }
    expectSameWhenRead("two rectifiers", writes: 1) { images.leakyRectified(slope: 0.2).rectified() }
    expectSameWhenRead("a slope for each channel") { images.parametricRectified(slope: slopes) }
    expectSameWhenRead("one slope for all") { images.parametricRectified(slope: Tensor(NDArray([0.3], shape: [1]))) }
    expectSameWhenRead("two kinds", writes: 1) { images.parametricRectified(slope: slopes).leakyRectified(slope: 0.5) }
    expectSameWhenRead("factor between rectifiers", writes: 1) { (images.rectified() * 0.3).leakyRectified(slope: 0.1) }
    expectSameWhenRead("ceiling") { images.rectified(upTo: 0.5) }
    expectSameWhenRead("norm and ceiling") {
      others.instanceNormalized().rectified(upTo: 0.5).padded(Padding(1), mode: .zero)
    }
    expectSameWhenRead("rectifier after a ceiling", writes: 1) {
      images.rectified(upTo: 0.5).leakyRectified(slope: 0.1)
    }
    expectSameWhenRead("factor after a ceiling") { images.rectified(upTo: 0.5) * -2 }
    expectSameWhenRead("negative factor") { images.leakyRectified(slope: 0.5) * -2 }
  }

  @Test(arguments: PaddingMode.allCases) func padding(mode: PaddingMode) {
    expectSameWhenRead("padding") { images.padded(Padding(3), mode: mode) }
    expectSameWhenRead("norm, then padding") {
      images.instanceNormalized(negativeSlope: 0).padded(Padding(2), mode: mode)
    }
    expectSameWhenRead("padding, then rectifier") { images.padded(Padding(1), mode: mode).leakyRectified(slope: 0.2) }
    // The norm reads the padded image for its statistics.
    expectSameWhenRead("padding, then norm", writes: 1) { images.padded(Padding(1), mode: mode).instanceNormalized() }
    expectSameWhenRead("enlarged") {
      images.upsampledNearest(by: 2).padded(Padding(1), mode: mode).padded(Padding(2), mode: mode)
    }
  }

  @Test func concatenation() {
    func joined() -> Tensor { concatenated([images.leakyRectified(slope: 0.2), others, images * 0.2], axis: 3) }
    expectSameWhenRead("joined", joined)
    // One of the parts already has a rectifier.
    expectSameWhenRead("joined, then rectified", writes: 1) { joined().leakyRectified(slope: 0.1) }
    expectSameWhenRead("joined after different paddings", writes: 2) {
      concatenated([images.padded(Padding(1), mode: .reflection), others.padded(Padding(1), mode: .zero)], axis: 3)
    }
  }

  @Test func sums() {
    let sum = images + images.instanceNormalized(negativeSlope: 0)
    let expected = zip(images.value.scalars, images.instanceNormalized(negativeSlope: 0).value.scalars).map(+)
    #expect(sum.value.scalars == expected)
    // The sum is computed and written in one pass.
    expectSameWhenRead("sum", writes: 1) { (images + images.instanceNormalized(negativeSlope: 0)) * 0.5 }
  }
}
