import Datasets
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Steps of training a small CycleGAN, from PyTorch's weights on PyTorch's images.
@Suite struct TrajectoryTests {
  private let golden: GoldenFile

  init() throws {
    golden = try GoldenFile("cyclegan")
  }

  @Test func tenStepsFollowPyTorch() throws {
    let task = try makeTask(.leastSquares)
    try expectLosses(task, .leastSquares, steps: 10)
    for network in networks(of: task) {
      let state = golden.arrays(under: "final.\(network.goldenName)/")
      let expected = try network.layer.values(fromPyTorch: state, keys: network.keys)
      for (name, parameter) in network.layer.namedParameters where !isCancelledByNorm(name) {
        let value = try #require(expected[name])
        expectClose(parameter.value, value, tolerance: 1e-3, "\(network.goldenName) \(name)")
      }
    }
  }

  @Test(arguments: [AdversarialLoss.vanilla, .hinge])
  func otherObjectivesFollowPyTorch(_ objective: AdversarialLoss) throws {
    try expectLosses(try makeTask(objective), objective, steps: 2)
  }

  /// The norm that follows cancels such a bias, so its gradient is only rounding noise, which Adam turns into full
  /// steps.
  private func isCancelledByNorm(_ name: String) -> Bool {
    name.hasSuffix("bias") && !["head.bias", "first.bias", "last.bias"].contains(name)
  }

  private func makeTask(_ objective: AdversarialLoss) throws -> CycleGAN {
    var recipe = Recipe()
    recipe.generator.network.use(ResNetGenerator.self) { ($0.width, $0.blocks) = (4, 2) }
    recipe.discriminator.use(PatchDiscriminator.self) { ($0.width, $0.layers) = (8, 2) }
    recipe.objective.adversarial = objective
    let task = try CycleGAN(recipe)
    for network in networks(of: task) {
      try network.layer.load(
        pyTorch: golden.arrays(under: "initial.\(network.goldenName)/"), keys: network.keys)
    }
    return task
  }

  private func expectLosses(_ task: CycleGAN, _ objective: AdversarialLoss, steps: Int) throws {
    let trainer = Trainer(
      task, plan: try .constant(steps: steps), optimizer: Recipe.Optimizer(), seed: 1)
    let expected = golden.arrays(under: "losses.\(objective)/")
    let (a, b) = (try #require(golden.arrays["images/A"]), try #require(golden.arrays["images/B"]))
    for step in 0..<steps {
      let report = trainer.step(UnpairedSample(a: image(step, of: a), b: image(step, of: b)))
      #expect(Set(report.losses.map(\.name)) == Set(expected.keys))
      for (name, value) in report.losses {
        let exact = try #require(expected[name]).scalars[step]
        // The mean of a discriminator's outputs, such as hinge's loss for the generator, may come near 0; then their
        // magnitude is what the error has to be small against.
        let allowed = 1e-4 * max(exact.magnitude, objective == .hinge ? 0.1 : 0)
        #expect((value - exact).magnitude <= allowed, "\(name) of step \(step): \(value) instead of \(exact)")
      }
    }
  }

  private func image(_ index: Int, of images: NDArray) -> NDArray {
    Tensor(images).sliced(axis: 0, range: index..<index + 1).value
  }

  private func networks(of task: CycleGAN) -> [(goldenName: String, layer: any Layer, keys: [TensorKey])] {
    (task.generators + task.discriminators).map { named in
      let name = named.name.replacing("discriminator", with: "")
      if let generator = named.network as? ResNetGenerator {
        return (name, generator, ResNetGenerator.tensorKeys(for: generator.configuration))
      }
      let keys = (named.network as? PatchDiscriminator).map { PatchDiscriminator.tensorKeys(for: $0.configuration) }
      return (name, named.network, keys ?? [])
    }
  }
}
