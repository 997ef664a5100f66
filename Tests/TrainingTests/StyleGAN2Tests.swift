import Checkpoints
import Datasets
import Foundation
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Training StyleGAN2: beside PyTorch, and stopped and resumed.
@Suite struct StyleGAN2Tests {
  private static let steps = 10, every = 2

  private func recipe() -> Recipe {
    var recipe = Recipe(GenerationProject.self)
    (recipe.data.loadSize, recipe.data.cropSize) = (8, 8)
    recipe.generator.network.use(StyleGAN2Generator.self) {
      ($0.noise, $0.style, $0.mappingLayers, $0.capacity, $0.most) = (6, 5, 2, 32, 8)
    }
    recipe.discriminator.use(StyleGAN2Discriminator.self) { ($0.capacity, $0.most) = (32, 8) }
    (recipe.objective.penalty.weight, recipe.objective.penalty.every) = (3, Self.every)
    recipe.synthesis.condition = .projection
    (recipe.synthesis.styleMixing, recipe.synthesis.pathLength) = (0.5, 2)
    recipe.synthesis.pathLengthEvery = Self.every
    (recipe.optimizer.learningRate, recipe.optimizer.beta1, recipe.optimizer.beta2) = (0.002, 0, 0.99)
    (recipe.schedule.epochs, recipe.schedule.decayEpochs, recipe.schedule.steps) = (1, 0, Self.steps)
    return recipe
  }

  @Test func tenStepsFollowPyTorch() throws {
    let (golden, recipe) = (try GoldenFile("stylegan2"), recipe())
    let task = try GenerationProject.makeTask(recipe, channels: 1, classes: 3)
    try SynthesisWeights.set(task, from: golden)
    let trainer = Trainer(
      task, plan: try TrainingPlan(recipe, imagesPerEpoch: 1), optimizer: recipe.optimizer, seed: 1)
    let losses = golden.arrays(under: "losses/")
    for step in 0..<Self.steps {
      let report = trainer.step(try batch(step, golden))
      #expect(report.losses.count == ((step + 1) % Self.every == 0 ? 4 : 2))
      for (name, value) in report.losses {
        let exact = try #require(losses[name]).scalars[step]
        #expect(
          (value - exact).magnitude <= 1e-4 * max(1, exact.magnitude), "\(name), step \(step): \(value), not \(exact)")
      }
    }
    let maker = try #require(task.makers[0] as? any StyledNetwork)
    for (found, truth) in zip(maker.meanStyle.scalars, try #require(golden.arrays["meanStyle"]).scalars) {
      #expect(abs(found - truth) < 1e-4)
    }
    let length = try #require(task.generators.last).network.namedStatistics[0].statistic.value.scalars[0]
    #expect(abs(length - (try #require(golden.arrays["meanLength"])).scalars[0]) < 1e-5)
  }

  private func batch(_ step: Int, _ golden: GoldenFile) throws -> GenerationBatch {
    func array(_ name: String) throws -> NDArray { try SynthesisWeights.part(step, of: name, golden) }
    return GenerationBatch(
      real: LabelledSample(images: try array("images"), classes: try array("classes")), noise: try array("noise"),
      shares: NDArray(repeating: 0, shape: [4, 1, 1, 1]),
      mixing: StyleMixing(noise: try array("mixed"), shares: try array("shares")))
  }

  @Test(arguments: StyleGAN2Generator.Modulation.allCases)
  func aStoppedRunGoesOnToTheSameBytes(_ modulation: StyleGAN2Generator.Modulation) throws {
    let folder = try TemporaryFolder()
    for index in 0..<12 {
      try folder.add(square: Squares.image(index), "squares/\(index % 3)/\(index).png")
    }
    var recipe = recipe()
    recipe.data.root = folder.url.appending(path: "squares").path
    (recipe.data.loadSize, recipe.data.cropSize) = (16, 16)
    recipe.generator.network.setAll(["modulation": modulation.rawValue])
    (recipe.batch, recipe.schedule.steps, recipe.generator.average) = (4, 6, 0.9)
    (recipe.output.checkpointEvery, recipe.output.sampleEvery, recipe.output.validateEvery) = (2, 3, 4)
    let whole = try TrainingTests.train(recipe, in: folder.url.appending(path: "whole"), stops: []).run
    let stopped = try TrainingTests.train(recipe, in: folder.url.appending(path: "stopped"), stops: [1, 4]).run
    #expect(try differences(between: whole.root, and: stopped.root) == [])
    let model = try ModelFile(contentsOf: whole.model("generator"))
    let network = try #require(try model.synthesis() as? any StyledNetwork)
    #expect(network.meanStyle.scalars.contains { $0 != 0 })
  }

  @Test func initialWeightsKeepTheSizeOfValues() throws {
    let task = try GenerationProject.makeTask(recipe(), channels: 1, classes: 3)
    let maker = try #require(task.makers[0] as? any StyledNetwork)
    let random = Random(seed: 1, purpose: "noise")
    let noise = NDArray((0..<64 * 6).map { random.normal(at: $0) }, shape: [64, 6])
    let spread = withoutGradients {
      let styles = maker.style(of: maker.input(of: noise, classes: nil))
      return styles.squared().mean().value.scalars[0]
    }
    #expect((0.05...5).contains(spread), "\(spread)")
  }

  @Test func whatWantsStylesIsRefusedWithoutThem() throws {
    var mixed = recipe()
    mixed.generator.network.use(DCGANGenerator.self) { $0.doublings = 1 }
    var odd = recipe()
    (odd.data.loadSize, odd.data.cropSize) = (12, 12)
    for (recipe, problem) in [
      (mixed, "synthesis.styleMixing is 0.5, expected 0 of a generator without styles (dcgan)"),
      (odd, "its images have 12 pixels a side, expected 8, 16"),
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
