import Kernels
import Layers
import Tensors
import TestSupport
import Testing

/// A training step of a network with a layer of every kind, and a discriminator.
private struct Training {
  private struct Generator: Layer {
    let first = Conv2D(3, 16, kernel: 3)
    let slopes = PReLU()
    let middle = Conv2D(16, 16, kernel: 3, padding: 1)
    let norm = BatchNorm2D(16, negativeSlope: 0.2)
    let enlarging = ConvTranspose2D(16, 16, kernel: 3, stride: 2, padding: 1, outputPadding: 1)
    let last = Conv2D(16, 3, kernel: 3, padding: 1)

    func callAsFunction(_ input: Tensor) -> Tensor {
      let x = InstanceNorm2D(negativeSlope: 0)(ReflectionPad2D(1)(input), after: first)
      let y = recomputed(slopes(x)) { Dropout(rate: 0.25)(norm(middle($0))) }
      let z = enlarging(MaxPool2D(window: 2)(concatenated([x, y], axis: 0)))
      return Tanh()(last(z.sliced(axis: 0, range: 0..<1) + x * 0.2))
    }
  }

  private struct Discriminator: Layer {
    let first = SpectralConv2D(3, 16, kernel: 4, stride: 2, padding: 1)
    let last = Conv2D(16, 1, kernel: 3)

    func callAsFunction(_ input: Tensor) -> Tensor { last(first(input).leakyRectified(slope: 0.2)) }
  }

  private let generator = Generator(), discriminator = Discriminator()
  private let optimizers: [Adam]
  private let image = randomValues(shape: [1, 16, 16, 3], "image")

  init() {
    for (index, parameter) in (generator.parameters + discriminator.parameters).enumerated() {
      parameter.value = randomValues(shape: parameter.value.shape, "parameter \(index)")
    }
    optimizers = [Adam(generator.parameters), Adam(discriminator.parameters, weightDecay: 0.01)]
  }

  /// Runs one step, and returns the losses without reading their values.
  func step(_ number: Int) -> [Tensor] {
    TrainingContext.run(seed: 1, step: number, recomputesActivations: true) {
      let real = Tensor(image)
      let fake = generator(real)
      let losses = [
        meanSquaredError(discriminator(fake), 1) + meanAbsoluteError(fake, real) * 10,
        meanSquaredError(discriminator(real), 1) + binaryCrossEntropy(logits: discriminator(fake.detached), target: 0),
      ]
      let parameters = [generator.parameters, discriminator.parameters]
      for (index, loss) in losses.enumerated() {
        let found = gradients(of: loss, withRespectTo: parameters[index], releasingGraph: index == 1)
        optimizers[index].step(found.clipped(toNorm: 1), learningRate: 1e-3)
      }
      return losses
    }
  }

  /// All values that training changes.
  var state: [NDArray] {
    let layers: [any Layer] = [generator, discriminator]
    return layers.flatMap { $0.parameters.map(\.value) + $0.namedStatistics.map(\.statistic.value) }
      + optimizers.flatMap { $0.state.firstMoments + $0.state.secondMoments }
  }
}

@Suite struct TrainingStepTests {
  @Test func stepsGiveTheSameBitsOnAnotherDevice() {
    @Sendable func run() -> (losses: [Float], state: [NDArray]) {
      let training = Training()
      return ((1...2).flatMap { scalars(of: training.step($0)) }, training.state)
    }
    let here = Devices.$current.withValue(HostDevice.shared) { run() }
    Devices.$current.withValue(WatchedDevice()) {
      let there = run()
      #expect(here.losses == there.losses)
      #expect(!here.losses.contains { !$0.isFinite })
      #expect(here.state == there.state)
    }
  }

  @Test func aStepReadsNothingButItsLosses() {
    let device = WatchedDevice()
    Devices.$current.withValue(device) {
      let training = Training()
      _ = training.step(1)
      #expect(device.downloads == 0)
      let losses = training.step(2)
      #expect(device.downloads == 0)
      #expect(scalars(of: losses).count == 2)
      #expect(device.downloads == 1)
    }
  }

  /// Checks that the test above would notice violations: values read one by one, or an operation that bypasses the
  /// current device.
  @Test func bypassingTheDeviceIsNoticed() {
    let device = WatchedDevice()
    Devices.$current.withValue(device) {
      let values = Tensor(NDArray([1, -2, 3], shape: [3])).rectified()
      let sum = values.sum()
      #expect(device.downloads == 0)
      _ = Tensor(sum.scalar) * values
      #expect(device.downloads == 1)
      let others = values + 1
      let past = Devices.$current.withValue(HostDevice.shared) { others.squared() }
      #expect(device.downloads == 2)
      #expect(past.value.scalars == [4, 1, 16])
    }
  }

  /// The copy in the host's memory is dropped when the device changes the values.
  @Test func changesDropTheOtherCopy() {
    let device = WatchedDevice()
    Devices.$current.withValue(device) {
      var values = (Tensor(NDArray([1, 2, 3], shape: [3])) + 0).value
      #expect(values.scalars == [1, 2, 3] && values.scalars == [1, 2, 3])
      #expect(device.downloads == 1)
      values.withMutableHostMemory { $0[1] = 5 }
      #expect((Tensor(values) * 2).value.scalars == [2, 10, 6])
      var (first, second) = (NDArray(repeating: 0, shape: [3]), NDArray(repeating: 0, shape: [3]))
      let settings = AdamSettings(
        learningRate: 1, beta1: 0, beta2: 0, epsilon: 0, weightDecay: 0, step: 1)
      var updates = AdamUpdates()
      updates.add(
        &values, gradient: NDArray([1, 2, -3], shape: [3]), firstMoment: &first, secondMoment: &second, settings)
      updates.apply()
      #expect(values.scalars == [0, 4, 4])
      #expect(second.scalars == [1, 4, 9])
    }
  }
}
