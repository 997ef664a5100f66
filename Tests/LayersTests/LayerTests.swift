import Layers
import Tensors
import TestSupport
import Testing

@Suite struct LayerTests {
  @Test func batchNormUsesTheBatchInTrainingAndItsMemoryElsewhere() {
    let layer = BatchNorm2D(2)
    // Channel means 1 and 4, variances 1 and 9, unbiased 4/3 and 12.
    let input = Tensor(NDArray([0, 1, 2, 7, 0, 7, 2, 1], shape: [2, 1, 2, 2]))
    let trained = TrainingContext.run(seed: 1, step: 1) { layer(input) }
    expectClose(
      trained.value, NDArray([-1, -1, 1, 1, -1, 1, 1, -1], shape: [2, 1, 2, 2]), tolerance: 1e-5, "by the batch")
    expectClose(layer.runningMean.value, NDArray([0.1, 0.4], shape: [2]), tolerance: 1e-6, "running mean")
    expectClose(
      layer.runningVariance.value, NDArray([0.9 + 0.4 / 3, 0.9 + 1.2], shape: [2]), tolerance: 1e-6, "running variance")

    layer.runningMean.value = NDArray([1, 2], shape: [2])
    layer.runningVariance.value = NDArray([4, 0.25], shape: [2])
    layer.scale?.value = NDArray([2, 3], shape: [2])
    layer.shift?.value = NDArray([0.5, -1], shape: [2])
    expectClose(
      layer(input).value, NDArray([-0.5, -7, 1.5, 29, -0.5, 29, 1.5, -7], shape: [2, 1, 2, 2]), tolerance: 1e-4,
      "by its memory")
    #expect(layer.runningMean.value == NDArray([1, 2], shape: [2]))
  }

  @Test func measuredStatisticsAreTheMeansOfTheBatches() {
    let layer = BatchNorm2D(1)
    // Means 1, 4 and 4; variances 1, 9 and 0, unbiased 2, 18 and 0.
    let batches: [[Float]] = [[0, 2], [1, 7], [4, 4]]
    TrainingContext.measuringStatistics(batches: 3, seed: 1, step: 1) { index in
      _ = layer(Tensor(NDArray(batches[index], shape: [1, 1, 2, 1])))
    }
    expectClose(layer.runningMean.value, NDArray([3], shape: [1]), tolerance: 1e-6, "mean")
    expectClose(layer.runningVariance.value, NDArray([20.0 / 3], shape: [1]), tolerance: 1e-5, "variance")
  }

  @Test func frozenStatisticsStayInTrainingUnlessMeasured() {
    let layer = BatchNorm2D(1, epsilon: 0, hasFrozenStatistics: true)
    layer.runningMean.value = NDArray([3], shape: [1])
    layer.runningVariance.value = NDArray([4], shape: [1])
    let input = Tensor(NDArray([1, 5], shape: [1, 1, 2, 1]))
    let trained = TrainingContext.run(seed: 1, step: 1) { layer(input) }
    expectClose(trained.value, NDArray([-1, 1], shape: [1, 1, 2, 1]), tolerance: 1e-6, "by its memory")
    func measure(includingFrozen: Bool) {
      TrainingContext.measuringStatistics(batches: 1, seed: 1, step: 1, includingFrozen: includingFrozen) { _ in
        _ = layer(input + 2)
      }
    }
    measure(includingFrozen: false)
    #expect(layer.runningMean.value.scalars == [3] && layer.runningVariance.value.scalars == [4])
    measure(includingFrozen: true)
    expectClose(layer.runningMean.value, NDArray([5], shape: [1]), tolerance: 1e-6, "measured mean")
    expectClose(layer.runningVariance.value, NDArray([8], shape: [1]), tolerance: 1e-5, "measured variance")
  }

  @Test(arguments: try GoldenFile("frozenBatchNorm").cases)
  func frozenBatchNormFollowsPyTorch(_ golden: GoldenCase) throws {
    struct Attributes: Decodable { var epsilon: Float }
    let x = try golden.array("x")
    let layer = BatchNorm2D(
      x.shape[3], epsilon: try golden.attributes(Attributes.self).epsilon, hasFrozenStatistics: true)
    layer.runningMean.value = try golden.array("mean")
    layer.runningVariance.value = try golden.array("variance")
    layer.scale?.value = try golden.array("scale")
    layer.shift?.value = try golden.array("shift")
    let variables = [Tensor(variable: x)] + [layer.scale, layer.shift].compactMap { $0?.tensor }
    let upstream = Tensor(try golden.array("upstream"))
    try TrainingContext.run(seed: 1, step: 1) {
      let output = layer(variables[0])
      expectClose(output.value, try golden.array("output"), tolerance: 1e-5, "value")
      let found = gradients(of: (output * upstream).sum(), withRespectTo: variables, differentiable: true)
      for (name, gradient) in zip(["x", "scale", "shift"], found) {
        expectClose(gradient.value, try golden.array("gradient.\(name)"), tolerance: 1e-5, "gradient of \(name)")
      }
      let penalty = found.map { $0.squared().sum() }.reduce(Tensor(0), +)
      for (name, second) in zip(["x", "scale"], gradients(of: penalty, withRespectTo: Array(variables.prefix(2)))) {
        let expected = golden.arrays["second.\(name)"] ?? NDArray(repeating: 0, shape: second.shape)
        expectClose(second.value, expected, tolerance: 2e-5, "second derivative of \(name)")
      }
    }
  }

  @Test func batchNormBehindAConvolutionIsTheSameInOne() {
    expectSameInOne(Conv2D(3, 4, kernel: 3, stride: 2, padding: 1))
    expectSameInOne(ConvTranspose2D(3, 4, kernel: 4, stride: 2, padding: 1))
    expectSameInOne(ConvTranspose2D(3, 4, kernel: 3, stride: 2, padding: 1, outputPadding: 1, hasBias: false))
  }

  private func expectSameInOne(_ convolution: some FoldableConvolution) {
    let layer = BatchNorm2D(4, negativeSlope: 0.2)
    for (name, parameter) in convolution.namedParameters + layer.namedParameters {
      parameter.value = randomValues(shape: parameter.value.shape, name)
    }
    layer.runningMean.value = randomValues(shape: [4], "mean")
    layer.runningVariance.value = NDArray([0.5, 1, 2, 3], shape: [4])
    let input = Tensor(variable: randomValues(shape: [2, 9, 8, 3], "input"))
    let variables = [input] + (convolution.parameters + layer.parameters).map(\.tensor)
    func gradients(_ output: Tensor) -> [NDArray] {
      Tensors.gradients(
        of: (output * Tensor(randomValues(shape: output.shape, "upstream"))).sum(), withRespectTo: variables
      ).map(\.value)
    }
    let plain = convolution(input)
    let size = convolution.outputSize(for: Size(height: input.shape[1], width: input.shape[2]))
    #expect(size == Size(height: plain.shape[1], width: plain.shape[2]))
    let (apart, together) = (layer(plain), layer(input, after: convolution))
    expectClose(together.value, apart.value, tolerance: 1e-5, "value")
    #expect(together.value != apart.value)
    for (found, expected) in zip(gradients(together), gradients(apart)) {
      expectClose(found, expected, tolerance: 1e-5, "gradient of shape \(expected.shape)")
    }
    let trained = TrainingContext.run(seed: 1, step: 1) {
      (layer(convolution(input)), layer(input, after: convolution))
    }
    #expect(trained.0.value == trained.1.value)
    // With fewer outputs than weights, the norm is not folded.
    let few = input.sliced(axis: 0, range: 0..<1).sliced(axis: 1, range: 0..<2).sliced(axis: 2, range: 0..<2)
    #expect(layer(few, after: convolution).value == layer(convolution(few)).value)
  }

  @Test func dropoutKeepsTheMeanAndOnlyDropsInTraining() {
    let input = Tensor(NDArray(repeating: 1, shape: [1, 100, 100, 3]))
    let layer = Dropout(rate: 0.25)
    #expect(layer(input).value == input.value)
    func trained(_ step: Int) -> NDArray { TrainingContext.run(seed: 9, step: step) { layer(input) }.value }
    let once = trained(1)
    #expect(Set(once.scalars) == [0, 1 / 0.75])
    let mean: Float = once.scalars.reduce(0, +) / 30_000
    #expect(abs(mean - 1) < 0.02)
    #expect(trained(1) == once)
    #expect(trained(2) != once)
  }

  @Test func dropoutsGradientPassesWhereValuesDid() {
    let input = Tensor(variable: randomValues(shape: [3, 40], "input"))
    let random = Random(seed: 4, purpose: "mask")
    let output = input.droppedOut(rate: 0.5, random: random)
    let gradient = gradients(of: output.sum(), withRespectTo: [input])[0].value.scalars
    for (index, value) in output.value.scalars.enumerated() {
      #expect(gradient[index] == (value == 0 ? 0 : 2))
      #expect(value == 0 || value == 2 * input.value.scalars[index])
    }
  }

  @Test func twoDropoutsInOneStepDifferFromEachOther() {
    let input = Tensor(NDArray(repeating: 1, shape: [1, 10, 10, 3]))
    let layer = Dropout()
    let (first, second) = TrainingContext.run(seed: 9, step: 1) { (layer(input).value, layer(input).value) }
    #expect(first != second)
  }

  @Test func initialWeightsHaveTheirSpread() {
    let layer = Conv2D(32, 48, kernel: 3)
    Initializer.normal(deviation: 0.02).initialize(layer, seed: 1, purpose: "test")
    let values = layer.weight.value.scalars
    let mean = values.reduce(0, +) / Float(values.count)
    let deviation = (values.reduce(0) { $0 + $1 * $1 } / Float(values.count)).squareRoot()
    #expect(abs(mean) < 0.0006)
    #expect(abs(deviation - 0.02) < 0.0004)
    #expect(layer.bias?.value == NDArray(repeating: 0, shape: [48]))

    Initializer.kaiming(scale: 1).initialize(layer, seed: 1, purpose: "test")
    let wide = layer.weight.value.scalars
    #expect(
      abs((wide.reduce(0) { $0 + $1 * $1 } / Float(wide.count)).squareRoot() - (2 / 288.0 as Float).squareRoot())
        < 0.002)
  }

  /// ICNR: the draws are those of the convolution without the shuffle, each repeated for all of its pixels.
  @Test func aConvolutionBeforeAShuffleBeginsAsANearestNeighbourEnlargement() {
    let (shuffled, plain) = (Conv2D(3, 5 * 9, kernel: 3, padding: 1, shuffle: 3), Conv2D(3, 5, kernel: 3, padding: 1))
    let input = Tensor(NDArray((0..<60).map { Float($0 * 7 % 11) / 11 }, shape: [1, 4, 5, 3]))
    for initializer in [Initializer.kaiming(scale: 0.5), .xavier, .normal(deviation: 0.1)] {
      initializer.initialize(shuffled, seed: 1, purpose: "test")
      initializer.initialize(plain, seed: 1, purpose: "test")
      expectClose(
        shuffled(input).pixelShuffled(by: 3).value, plain(input).upsampledNearest(by: 3).value, tolerance: 1e-6,
        "\(initializer)")
    }
  }

  @Test func learningRateStaysThenFallsToZero() {
    let decay = LinearDecay(learningRate: 0.2, constantSteps: 100, decaySteps: 50)
    #expect(decay.learningRate(at: 0) == 0.2)
    #expect(decay.learningRate(at: 99) == 0.2)
    #expect(abs(decay.learningRate(at: 125) - 0.1) < 1e-12)
    #expect(decay.learningRate(at: 149) > 0)
    #expect(decay.learningRate(at: 150) == 0)
    #expect(decay.learningRate(at: 500) == 0)
  }

  @Test func learningRateFollowsACosineOrMilestones() {
    let cosine = CosineDecay(learningRate: 0.2, decaySteps: 100)
    for (step, rate) in [(0, 0.2), (25, 0.1 + 0.1 * 0.5.squareRoot()), (50, 0.1), (100, 0), (200, 0)] {
      #expect(abs(cosine.learningRate(at: step) - rate) < 1e-12)
    }
    let later = CosineDecay(learningRate: 0.2, constantSteps: 40, decaySteps: 100)
    for step in [0, 39, 40] { #expect(later.learningRate(at: step) == 0.2) }
    for step in [25, 50, 100, 200] { #expect(later.learningRate(at: 40 + step) == cosine.learningRate(at: step)) }
    let milestones = MilestoneDecay(learningRate: 0.2, milestones: [10, 20], factor: 0.5)
    #expect([0, 9, 10, 19, 20, 500].map { milestones.learningRate(at: $0) } == [0.2, 0.2, 0.1, 0.1, 0.05, 0.05])
  }

  @Test func learningRateRisesLinearlyToTheSchedules() {
    let constant = MilestoneDecay(learningRate: 0.2, milestones: [], factor: 1)
    let rising = WarmUp(steps: 4, constant)
    for (step, rate) in [(0, 0.05), (1, 0.1), (2, 0.15), (3, 0.2), (4, 0.2), (500, 0.2)] {
      #expect(abs(rising.learningRate(at: step) - rate) < 1e-12)
    }
    // It multiplies a schedule that has begun to fall, and leaves it alone afterwards.
    let cosine = CosineDecay(learningRate: 0.2, decaySteps: 100)
    #expect(abs(WarmUp(steps: 50, cosine).learningRate(at: 24) - 0.5 * cosine.learningRate(at: 24)) < 1e-12)
    for (steps, step) in [(50, 49), (50, 50), (50, 99), (50, 100), (0, 0), (0, 1)] {
      #expect(WarmUp(steps: steps, cosine).learningRate(at: step) == cosine.learningRate(at: step))
    }
  }

  @Test func gradientsAreClippedTogether() {
    let gradients = [Tensor(NDArray([3, 0], shape: [2])), Tensor(NDArray([4], shape: [1]))]
    #expect(gradients.clipped(toNorm: 5).map(\.value.scalars) == [[3, 0], [4]])
    #expect(gradients.clipped(toNorm: 1).map(\.value.scalars) == [[0.6, 0], [0.8]])
    let broken = gradients + [Tensor(NDArray([.nan], shape: [1]))]
    #expect(broken.clipped(toNorm: 1)[2].value.scalars[0].isNaN)
  }
}
