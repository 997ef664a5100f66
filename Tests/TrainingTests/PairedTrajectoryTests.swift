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
    /// Nil in a pixel phase.
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
      recipe.task == PairedProject.self ? try PairedProject.makeTask(recipe) : try ColorizationProject.makeTask(recipe)
    for network in task.generators { try golden.load(network.network, named: attributes.generator) }
    for network in task.discriminators {
      try golden.load(network.network, named: try #require(attributes.discriminator))
    }
    try golden.expectTraining(task, recipe, follows: expected, steps: Self.steps) { try sample($0, recipe.task) }
  }

  private func recipe(_ attributes: Attributes) throws -> Recipe {
    var recipe = Recipe(try #require(Tasks.named(attributes.task)))
    recipe.data.cropSize = 32
    if attributes.generator == "resnet" {
      recipe.generator.network.use(ResNetGenerator.self) {
        ($0.width, $0.blocks, $0.norm, $0.dropout) = (4, 1, .instance, false)
      }
      recipe.discriminator.use(PatchDiscriminator.self) { $0.norm = .instance }
    } else {
      recipe.generator.network.use(UNetGenerator.self) { ($0.width, $0.downsamplings, $0.dropout) = (4, 3, false) }
    }
    recipe.generator.average = 0
    recipe.discriminator.use(PatchDiscriminator.self) { ($0.width, $0.layers) = (4, 2) }
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

  private func sample(_ step: Int, _ task: any TrainingProject.Type) throws -> SupervisedSample {
    let images = Tensor(try #require(golden.arrays["images"]))
    func image(_ index: Int) -> Tensor { images.sliced(axis: 0, range: index..<index + 1) }
    let places = (step * Self.batch..<(step + 1) * Self.batch)
    let batch = concatenated(places.map(image), axis: 0)
    if task == ColorizationProject.self {
      return SupervisedSample(
        input: batch.sliced(axis: 3, range: 0..<1).value, target: batch.sliced(axis: 3, range: 1..<3).value)
    }
    let last = images.shape[0] - 1
    return SupervisedSample(input: batch.value, target: concatenated(places.map { image(last - $0) }, axis: 0).value)
  }
}
