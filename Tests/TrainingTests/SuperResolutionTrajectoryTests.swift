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
    var generator: String?
  }

  private static let (steps, batch) = (10, 2)
  private let golden: GoldenFile

  init() throws {
    golden = try GoldenFile("super-resolution")
  }

  @Test(arguments: try GoldenFile("super-resolution").cases)
  func tenStepsFollowPyTorch(_ expected: GoldenCase) throws {
    let attributes = try expected.attributes(Attributes.self)
    let recipe = try recipe(attributes)
    let task = try SuperResolutionProject.makeTask(recipe)
    for network in task.generators + task.discriminators {
      let name = network.name == "generator" ? attributes.generator ?? "generator" : recipe.discriminator.name
      try golden.load(network.network, named: name)
    }
    try golden.expectTraining(task, recipe, follows: expected, steps: Self.steps, sample: sample)
  }

  private func recipe(_ attributes: Attributes) throws -> Recipe {
    var recipe = Recipe(SuperResolutionProject.self)
    recipe.generator.network.use(MSRResNet.self) { ($0.blocks, $0.width) = (2, 8) }
    if attributes.generator == "span" { recipe.generator.network.use(SPAN.self) { ($0.blocks, $0.width) = (2, 4) } }
    recipe.generator.average = 0
    recipe.data.cropSize = 32
    recipe.discriminator.setAll([
      "width": attributes.discriminator == "unet" ? "4" : "8", "layers": "2", "norm": "instance",
    ])
    if let discriminator = attributes.discriminator {
      let isKnown = recipe.discriminator.choose(discriminator)
      #expect(isKnown)
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

  private func sample(_ step: Int) throws -> SupervisedSample {
    func images(_ name: String) throws -> NDArray {
      Tensor(try #require(golden.arrays["images/\(name)"]))
        .sliced(axis: 0, range: step * Self.batch..<(step + 1) * Self.batch).value
    }
    return SupervisedSample(input: try images("small"), target: try images("large"))
  }
}
