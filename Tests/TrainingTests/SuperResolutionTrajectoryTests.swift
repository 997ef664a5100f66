import Datasets
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Steps of training a small super-resolution network, from PyTorch's weights on PyTorch's images.
@Suite struct SuperResolutionTrajectoryTests {
  private struct Attributes: Decodable {
    var loss: String
    var discriminator: String?
  }

  private static let (steps, batch) = (10, 2)
  private let golden: GoldenFile

  init() throws {
    golden = try GoldenFile("super-resolution")
  }

  @Test(arguments: try GoldenFile("super-resolution").cases)
  func tenStepsFollowPyTorch(_ expected: GoldenCase) throws {
    let recipe = try recipe(expected.attributes(Attributes.self))
    let task = try SuperResolution(recipe).task
    for network in task.generators + task.discriminators {
      let name = network.name == "generator" ? "generator" : recipe.discriminator.network.rawValue
      try load(network.network, golden.arrays(under: "initial.\(name)/"))
    }
    let trainer = Trainer(
      task, plan: TrainingPlan(recipe, imagesPerEpoch: 1), optimizer: recipe.optimizer, seed: recipe.seed)
    let losses = golden.arrays(under: "losses.\(expected.name)/")
    for step in 0..<Self.steps {
      let report = trainer.step(try sample(step))
      #expect(Set(report.losses.map(\.name)) == Set(losses.keys))
      for (name, value) in report.losses {
        let exact = try #require(losses[name]).scalars[step]
        #expect(
          (value - exact).magnitude <= 1e-4 * exact.magnitude, "\(name) of step \(step): \(value) instead of \(exact)")
      }
    }
    let final = golden.arrays(under: "final.\(expected.name)/")
    guard !final.isEmpty else { return }
    let generator = try #require(task.generator as? MSRResNet)
    let values = try generator.values(
      fromPyTorch: final, keys: MSRResNet.pyTorchKeys(for: generator.configuration))
    for (name, parameter) in generator.namedParameters {
      expectClose(parameter.value, try #require(values[name]), tolerance: 1e-3, "\(expected.name) \(name)")
    }
  }

  private func recipe(_ attributes: Attributes) throws -> Recipe {
    var recipe = Recipe(.superResolution)
    (recipe.generator.network, recipe.generator.blocks, recipe.generator.width) = (.msrresnet, 2, 8)
    recipe.generator.average = 0
    recipe.data.cropSize = 32
    recipe.discriminator.width = attributes.discriminator == "unet" ? 4 : 8
    (recipe.discriminator.layers, recipe.discriminator.norm) = (2, .instance)
    if let discriminator = attributes.discriminator {
      recipe.discriminator.network = try #require(Recipe.Discriminator.Network(rawValue: discriminator))
      recipe.adversarialPhase.loss = try #require(AdversarialLoss(rawValue: attributes.loss))
      (recipe.pixelPhase.steps, recipe.adversarialPhase.steps) = (0, Self.steps)
      recipe.adversarialPhase.rate.decay = .constant
    } else {
      recipe.pixelPhase.loss = try #require(Recipe.PixelLoss(rawValue: attributes.loss))
      (recipe.pixelPhase.steps, recipe.adversarialPhase.steps) = (Self.steps, 0)
      (recipe.pixelPhase.rate.learningRate, recipe.pixelPhase.rate.decay) = (1e-3, .constant)
    }
    return recipe
  }

  private func load(_ network: any Layer, _ state: [String: NDArray]) throws {
    func keys<Network: PyTorchNetwork>(_ network: Network) -> [PyTorchKey] {
      Network.pyTorchKeys(for: network.configuration)
    }
    let network = try #require(network as? any PyTorchNetwork)
    try network.load(pyTorch: state, keys: keys(network))
  }

  private func sample(_ step: Int) throws -> SupervisedSample {
    func images(_ name: String) throws -> NDArray {
      Tensor(try #require(golden.arrays["images/\(name)"]))
        .sliced(axis: 0, range: step * Self.batch..<(step + 1) * Self.batch).value
    }
    return SupervisedSample(input: try images("small"), target: try images("large"))
  }
}
