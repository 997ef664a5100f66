import Datasets
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Steps of training small networks for paired translation and colorization, from PyTorch's weights on PyTorch's images.
@Suite struct PairedTrajectoryTests {
  private struct Attributes: Decodable {
    var task: String
    var generator: String
    /// None in a pixel phase.
    var discriminator: String?
    var loss: String
  }

  private static let (steps, batch) = (10, 2)
  private let golden: GoldenFile

  init() throws {
    golden = try GoldenFile("paired")
  }

  @Test(arguments: try GoldenFile("paired").cases)
  func tenStepsFollowPyTorch(_ expected: GoldenCase) throws {
    let attributes = try expected.attributes(Attributes.self)
    let recipe = try recipe(attributes)
    let task =
      recipe.task == .paired ? try PairedTranslation(recipe).task : try Colorization(recipe).task
    for network in task.generators { try load(network.network, attributes.generator) }
    for network in task.discriminators { try load(network.network, try #require(attributes.discriminator)) }
    let trainer = Trainer(
      task, plan: TrainingPlan(recipe, imagesPerEpoch: 1), optimizer: recipe.optimizer, seed: recipe.seed)
    let losses = golden.arrays(under: "losses.\(expected.name)/")
    for step in 0..<Self.steps {
      let report = trainer.step(try sample(step, recipe.task))
      #expect(Set(report.losses.map(\.name)) == Set(losses.keys))
      for (name, value) in report.losses {
        let exact = try #require(losses[name]).scalars[step]
        #expect(
          (value - exact).magnitude <= 1e-4 * exact.magnitude, "\(name) of step \(step): \(value) instead of \(exact)")
      }
    }
    let final = golden.arrays(under: "final.\(expected.name)/")
    guard !final.isEmpty else { return }
    let generator = try #require(task.generator as? UNetGenerator)
    let values = try generator.values(
      fromPyTorch: final, keys: UNetGenerator.pyTorchKeys(for: generator.configuration))
    for (name, parameter) in generator.namedParameters {
      expectClose(parameter.value, try #require(values[name]), tolerance: 1e-3, "\(expected.name) \(name)")
    }
    for (name, statistic) in generator.namedStatistics {
      expectClose(statistic.value, try #require(values[name]), tolerance: 1e-3, "\(expected.name) \(name)")
    }
  }

  private func recipe(_ attributes: Attributes) throws -> Recipe {
    var recipe = Recipe(try #require(Recipe.Task(rawValue: attributes.task)))
    recipe.data.cropSize = 32
    (recipe.generator.width, recipe.generator.downsamplings, recipe.generator.blocks) = (4, 3, 1)
    (recipe.generator.dropout, recipe.generator.average) = (false, 0)
    if attributes.generator == "resnet" {
      (recipe.generator.network, recipe.generator.norm) = (.resnet, .instance)
      recipe.discriminator.norm = .instance
    }
    (recipe.discriminator.width, recipe.discriminator.layers) = (4, 2)
    (recipe.schedule.epochs, recipe.schedule.decayEpochs, recipe.schedule.steps) = (1, 0, Self.steps)
    if attributes.discriminator == nil {
      recipe.pixelPhase.loss = try #require(Recipe.PixelLoss(rawValue: attributes.loss))
      (recipe.pixelPhase.steps, recipe.adversarialPhase.steps) = (Self.steps, 0)
    } else {
      recipe.objective.adversarial = try #require(AdversarialLoss(rawValue: attributes.loss))
      recipe.adversarialPhase.loss = recipe.objective.adversarial
      recipe.adversarialPhase.rate.decay = .constant
      (recipe.pixelPhase.steps, recipe.adversarialPhase.steps) = (0, Self.steps)
    }
    return recipe
  }

  private func load(_ network: any Layer, _ name: String) throws {
    func keys<Network: PyTorchNetwork>(_ network: Network) -> [PyTorchKey] {
      Network.pyTorchKeys(for: network.configuration)
    }
    let network = try #require(network as? any PyTorchNetwork)
    try network.load(pyTorch: golden.arrays(under: "initial.\(name)/"), keys: keys(network))
  }

  private func sample(_ step: Int, _ task: Recipe.Task) throws -> SupervisedSample {
    let images = Tensor(try #require(golden.arrays["images"]))
    func image(_ index: Int) -> Tensor { images.sliced(axis: 0, range: index..<index + 1) }
    let places = (step * Self.batch..<(step + 1) * Self.batch)
    let batch = concatenated(places.map(image), axis: 0)
    if task == .colorization {
      return SupervisedSample(
        input: batch.sliced(axis: 3, range: 0..<1).value, target: batch.sliced(axis: 3, range: 1..<3).value)
    }
    let last = images.shape[0] - 1
    return SupervisedSample(input: batch.value, target: concatenated(places.map { image(last - $0) }, axis: 0).value)
  }
}
