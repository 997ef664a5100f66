import Datasets
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Ten steps of training small generators from noise, from PyTorch's weights on PyTorch's images and noise: every objective,
/// penalties with second derivatives, and every way to tell the networks a class.
@Suite struct GenerationTrajectoryTests {
  private struct Attributes: Decodable {
    var network: String
    var objective: String
    var batchNorm: Bool?
    var layerNorm: Bool?
    var condition: String?
    var smoothing: Double?
    var clipping: Double?
    var slopePenalty: Double?
    var gradientPenalty: Double?
    var discriminatorSteps: Int?
    var generators: Int?
    var minibatch: String?
  }

  private static let steps = 10
  private let golden: GoldenFile

  init() throws {
    golden = try GoldenFile("generation")
  }

  @Test(arguments: try GoldenFile("generation").cases)
  func tenStepsFollowPyTorch(_ expected: GoldenCase) throws {
    let attributes = try expected.attributes(Attributes.self)
    let recipe = try recipe(attributes)
    let task = try GenerationProject.makeTask(recipe, channels: attributes.network == "connected" ? 2 : 1, classes: 3)
    let initial = golden.arrays(under: "initial.\(expected.name)/")
    for network in task.generators + task.discriminators {
      for (path, parameter) in network.network.namedParameters {
        parameter.value = try #require(initial["\(network.name).\(path)"], "\(network.name).\(path)")
      }
    }
    let trainer = Trainer(
      task, plan: try TrainingPlan(recipe, imagesPerEpoch: 1), optimizer: recipe.optimizer, seed: recipe.seed)
    let losses = golden.arrays(under: "losses.\(expected.name)/")
    for step in 0..<Self.steps {
      let report = trainer.step(try batch(step, attributes))
      #expect(Set(report.losses.map(\.name)) == Set(losses.keys))
      for (name, value) in report.losses {
        let exact = try #require(losses[name]).scalars[step]
        #expect(
          (value - exact).magnitude <= 1e-4 * max(1, exact.magnitude), "\(name), step \(step): \(value), not \(exact)")
      }
    }
  }

  private func recipe(_ attributes: Attributes) throws -> Recipe {
    var recipe = Recipe(GenerationProject.self)
    let minibatch = try #require(MinibatchView(rawValue: attributes.minibatch ?? "none"))
    if attributes.network == "connected" {
      recipe.data.source = .ring
      recipe.generator.network.use(ConnectedGenerator.self) { ($0.noise, $0.width) = (4, 8) }
      recipe.discriminator.use(ConnectedDiscriminator.self) { ($0.width, $0.minibatch) = (8, minibatch) }
    } else if attributes.network == "residual" {
      (recipe.data.loadSize, recipe.data.cropSize) = (8, 8)
      recipe.generator.network.use(ResidualGenerator.self) { ($0.noise, $0.width, $0.doublings) = (4, 4, 1) }
      recipe.discriminator.use(ResidualDiscriminator.self) {
        ($0.width, $0.halvings, $0.blocks, $0.layerNorm) = (4, 2, 1, attributes.layerNorm ?? false)
      }
    } else {
      (recipe.data.loadSize, recipe.data.cropSize) = (8, 8)
      recipe.generator.network.use(DCGANGenerator.self) { ($0.noise, $0.width, $0.doublings) = (4, 4, 2) }
      recipe.discriminator.use(DCGANDiscriminator.self) {
        ($0.width, $0.halvings) = (4, 2)
        ($0.batchNorm, $0.minibatch) = (attributes.batchNorm ?? false, minibatch)
      }
    }
    recipe.objective.adversarial = try #require(AdversarialLoss(rawValue: attributes.objective))
    (recipe.objective.penalty.weight, recipe.objective.penalty.every) = (attributes.gradientPenalty ?? 0, 1)
    recipe.synthesis.condition = try #require(Recipe.Condition(rawValue: attributes.condition ?? "none"))
    recipe.synthesis.smoothing = attributes.smoothing ?? 0
    recipe.synthesis.clipping = attributes.clipping ?? 0
    recipe.synthesis.slopePenalty = attributes.slopePenalty ?? 0
    recipe.synthesis.discriminatorSteps = attributes.discriminatorSteps ?? 1
    recipe.synthesis.generators = attributes.generators ?? 1
    recipe.optimizer.learningRate = 0.002
    (recipe.schedule.epochs, recipe.schedule.decayEpochs, recipe.schedule.steps) = (1, 0, Self.steps)
    return recipe
  }

  private func batch(_ step: Int, _ attributes: Attributes) throws -> GenerationBatch {
    let count = attributes.discriminatorSteps ?? 1
    func array(_ name: String, _ index: Int) throws -> Tensor {
      let form = attributes.network == "connected" ? "connected" : "dcgan"
      let all = Tensor(try #require(golden.arrays["\(form)/\(name)"]))
      return all.sliced(axis: 0, range: index..<index + 1).reshaped(to: Shape(Array(all.shape.dimensions.dropFirst())))
    }
    let batches = try (step * count..<(step + 1) * count).map { index in
      let shares = try array("shares", index)
      return GenerationBatch(
        real: LabelledSample(
          images: try array("images", index).value,
          classes: attributes.condition == nil ? nil : try array("classes", index).value),
        noise: try array("noise", index).value, shares: shares.reshaped(to: [shares.shape[0], 1, 1, 1]).value)
    }
    let last = batches[count - 1]
    return GenerationBatch(
      real: last.real, noise: last.noise, shares: last.shares, earlier: Array(batches.dropLast()))
  }
}
