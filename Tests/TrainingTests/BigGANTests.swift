import Datasets
import Foundation
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Training BigGAN beside PyTorch: spectral norm in both networks, attention, classes by projection, orthogonal regularization.
@Suite struct BigGANTests {
  private static let steps = 10

  private func recipe() -> Recipe {
    var recipe = Recipe(GenerationProject.self)
    (recipe.data.loadSize, recipe.data.cropSize) = (32, 32)
    recipe.generator.network.use(BigGANGenerator.self) {
      ($0.noise, $0.width, $0.embedding, $0.attention) = (8, 1, 3, 8)
    }
    recipe.discriminator.use(BigGANDiscriminator.self) { ($0.width, $0.attention) = (1, 16) }
    recipe.objective.adversarial = .hinge
    (recipe.synthesis.condition, recipe.synthesis.orthogonality) = (.projection, 0.01)
    (recipe.optimizer.learningRate, recipe.optimizer.beta1, recipe.optimizer.beta2) = (0.002, 0, 0.999)
    (recipe.schedule.epochs, recipe.schedule.decayEpochs, recipe.schedule.steps) = (1, 0, Self.steps)
    return recipe
  }

  @Test func tenStepsFollowPyTorch() throws {
    let (golden, recipe) = (try GoldenFile("biggan"), recipe())
    let task = try GenerationProject.makeTask(recipe, channels: 1, classes: 3)
    try SynthesisWeights.set(task, from: golden)
    let trainer = Trainer(
      task, plan: try TrainingPlan(recipe, imagesPerEpoch: 1), optimizer: recipe.optimizer, seed: 1)
    let losses = golden.arrays(under: "losses/")
    for step in 0..<Self.steps {
      let report = trainer.step(try batch(step, golden))
      #expect(Set(report.losses.map(\.name)) == Set(losses.keys))
      for (name, value) in report.losses {
        let exact = try #require(losses[name]).scalars[step]
        #expect(
          (value - exact).magnitude <= 1e-4 * max(1, exact.magnitude), "\(name), step \(step): \(value), not \(exact)")
      }
    }
  }

  private func batch(_ step: Int, _ golden: GoldenFile) throws -> GenerationBatch {
    func array(_ name: String) throws -> NDArray { try SynthesisWeights.part(step, of: name, golden) }
    return GenerationBatch(
      real: LabelledSample(images: try array("images"), classes: try array("classes")), noise: try array("noise"),
      shares: NDArray(repeating: 0, shape: [4, 1, 1, 1]))
  }

  @Test func aStoppedRunGoesOnToTheSameBytes() throws {
    let folder = try TemporaryFolder()
    for index in 0..<12 {
      try folder.add(square: Squares.image(index, side: 32), "squares/\(index % 3)/\(index).png")
    }
    var recipe = recipe()
    recipe.data.root = folder.url.appending(path: "squares").path
    (recipe.batch, recipe.schedule.steps, recipe.generator.average) = (4, 6, 0.9)
    recipe.synthesis.discriminatorSteps = 2
    (recipe.output.checkpointEvery, recipe.output.sampleEvery) = (2, 3)
    let whole = try TrainingTests.train(recipe, in: folder.url.appending(path: "whole"), stops: []).run
    let stopped = try TrainingTests.train(recipe, in: folder.url.appending(path: "stopped"), stops: [1, 4]).run
    #expect(try differences(between: whole.root, and: stopped.root) == [])
  }

  @Test func whatDoesNotFitIsRefused() throws {
    var (odd, uneven, elsewhere) = (recipe(), recipe(), recipe())
    (odd.data.loadSize, odd.data.cropSize) = (48, 48)
    uneven.generator.network.use(BigGANGenerator.self) { $0.noise = 9 }
    elsewhere.discriminator.use(BigGANDiscriminator.self) { $0.attention = 32 }
    for (recipe, problem) in [
      (odd, "its images have 48 pixels a side, expected 32, 64 or 128"),
      (uneven, "its noise has 9 values, expected a multiple of 4 for 32 pixels"),
      (elsewhere, "its attention is at 32 pixels, expected 0, 16 or 8"),
    ] {
      do {
        try GenerationProject.check(recipe)
        Issue.record("accepted, though \(problem)")
      } catch {
        #expect("\(error)".contains(problem), "\(error)")
      }
    }
  }
}
