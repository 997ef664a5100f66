import Checkpoints
import Datasets
import Foundation
import Images
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Runs on squares that are dark or bright, and on points of the ring.
@Suite struct GenerationRunTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for index in 0..<24 {
      let square = Squares.image(index, level: Squares.levels[index % 2], spread: 0.2)
      try folder.add(square: square, "squares/\(index % 2)/\(index).png")
    }
  }

  private func recipe(_ condition: Recipe.Condition = .none, steps: Int = 8) -> Recipe {
    var recipe = Recipe(GenerationProject.self)
    recipe.data.root = folder.url.appending(path: "squares").path
    (recipe.data.loadSize, recipe.data.cropSize) = (16, 16)
    recipe.generator.network.use(DCGANGenerator.self) { ($0.noise, $0.width, $0.doublings) = (4, 4, 2) }
    recipe.discriminator.use(DCGANDiscriminator.self) { ($0.width, $0.halvings) = (4, 2) }
    recipe.synthesis.condition = condition
    recipe.batch = 8
    recipe.schedule.steps = steps
    (recipe.output.checkpointEvery, recipe.output.sampleEvery, recipe.output.validateEvery) = (3, 3, 4)
    return recipe
  }

  private func ring(steps: Int = 8) -> Recipe {
    var recipe = recipe(steps: steps)
    recipe.data.source = .ring
    recipe.generator.network.use(ConnectedGenerator.self) { ($0.noise, $0.width, $0.bounded) = (2, 16, false) }
    recipe.discriminator.use(ConnectedDiscriminator.self) { $0.width = 16 }
    return recipe
  }

  private func train(_ recipe: Recipe, in outputs: String, stops: [Int] = []) throws -> RunFolder {
    try TrainingTests.train(recipe, in: folder.url.appending(path: outputs), stops: stops).run
  }

  @Test func aStoppedRunGoesOnToTheSameBytes() throws {
    var averaged = recipe(.label)
    averaged.generator.average = 0.9
    var critic = ring()
    critic.objective.adversarial = .wasserstein
    (critic.synthesis.discriminatorSteps, critic.synthesis.slopePenalty) = (3, 1)
    var several = ring()
    several.synthesis.generators = 2
    for (index, recipe) in [averaged, critic, several].enumerated() {
      let whole = try train(recipe, in: "whole.\(index)")
      let stopped = try train(recipe, in: "stopped.\(index)", stops: [2, 5])
      #expect(try differences(between: whole.root, and: stopped.root) == [])
    }
  }

  @Test(arguments: [Recipe.Condition.label, .projection, .auxiliary])
  func makesImagesOfTheClassThatIsAsked(_ condition: Recipe.Condition) throws {
    var recipe = recipe(condition, steps: 120)
    recipe.optimizer.learningRate = 0.005
    let run = try train(recipe, in: "outputs")
    let model = try ModelFile(contentsOf: run.model("generator"))
    #expect(model.description.task == "generation" && model.description.classes == ["0", "1"])
    let generator = try model.synthesis()
    let random = Random(seed: 2, purpose: "noise")
    let noise = NDArray((0..<64).map { random.normal(at: $0) }, shape: [16, 4])
    func level(_ label: Int) -> Float {
      let classes = NDArray((0..<32).map { $0 % 2 == label ? 1 : 0 }, shape: [16, 2])
      return withoutGradients { generator.images(of: noise, classes: classes).mean().value.scalars[0] }
    }
    #expect(level(1) > level(0) + 0.4, "\(level(0)), \(level(1))")
    #expect(throws: CheckpointError.self) { try model.generator() }
    #expect(throws: CheckpointError.self) { try Networks.featureNetwork(contentsOf: run.model("generator")) }
  }

  /// Made narrow, on random images.
  @Test(arguments: ["cifar10-dcgan", "cifar10-wgan-gp"]) func theRecipesForCIFARTrain(name: String) throws {
    let random = Random(seed: 5, purpose: "cifar")
    let bytes = (0..<12 * 3073).map { $0 % 3073 == 0 ? UInt8($0 / 3073 % 10) : UInt8(256 * random.uniform(at: $0)) }
    try folder.add("cifar/data_batch_1.bin", Data(bytes))
    let recipes = URL(filePath: #filePath).appending(path: "../../../recipes").standardized
    var recipe = try Recipe(contentsOf: recipes.appending(path: "\(name).yaml"))
    recipe.data.root = folder.url.appending(path: "cifar").path
    recipe.generator.network.setAll(["width": "4"])
    recipe.discriminator.setAll(["width": "4"])
    (recipe.batch, recipe.schedule.steps) = (4, 2)
    let run = try train(recipe, in: "outputs")
    let configuration = try ModelFile(contentsOf: run.model("generator")).synthesis().configuration
    #expect(configuration.size == 32 && configuration.outputChannels == 3)
  }

  @Test func theRingIsMeasured() throws {
    let run = try train(ring(), in: "outputs")
    let measured = try String(contentsOf: run.validation, encoding: .utf8).split(separator: "\n")
    #expect(measured[0] == "step,modes,near,best" && measured.count == 3)
  }

  /// Of dark and bright squares.
  private func trainedClassifier() throws -> URL {
    var recipe = Recipe(ClassificationProject.self)
    recipe.data.root = folder.url.appending(path: "squares").path
    (recipe.data.loadSize, recipe.data.cropSize) = (16, 16)
    recipe.classifier.use(ConvolutionalClassifier.self) { ($0.width, $0.stages) = (4, 2) }
    (recipe.batch, recipe.schedule.steps, recipe.optimizer.learningRate) = (8, 60, 0.01)
    return try train(recipe, in: "classifier").model("classifier")
  }

  @Test func imagesOfClassesAreMeasuredByAClassifier() throws {
    var recipe = recipe(.label, steps: 120)
    recipe.optimizer.learningRate = 0.005
    recipe.validation.features = try trainedClassifier().path
    recipe.output.validateEvery = 60
    let run = try train(recipe, in: "outputs")
    let measured = try String(contentsOf: run.validation, encoding: .utf8).split(separator: "\n")
    #expect(measured[0] == "step,kid,precision,recall,inceptionScore,accuracy,best" && measured.count == 3)
    let values = measured[2].split(separator: ",").compactMap { Double($0) }
    guard values.count == 6 else {
      Issue.record("\(measured)")
      return
    }
    #expect((0...1).contains(values[2]) && (0...1).contains(values[3]) && (1...2.001).contains(values[4]))
    // What is dark and what is bright was learnt.
    #expect(values[5] > 90, "\(measured)")
  }

  /// Put into three channels, the two are eight kinds, which the classifier tells apart.
  @Test func stackedImagesAreMeasured() throws {
    var recipe = recipe(steps: 8)
    recipe.data.source = .stacked
    recipe.validation.features = try trainedClassifier().path
    let run = try train(recipe, in: "outputs")
    #expect(try ModelFile(contentsOf: run.model("generator")).synthesis().configuration.outputChannels == 3)
    let measured = try String(contentsOf: run.validation, encoding: .utf8).split(separator: "\n")
    #expect(measured[0] == "step,modes,best" && measured.count == 3)
    let modes = measured[1].split(separator: ",").compactMap { Double($0) }
    #expect(modes.count > 1 && (1...8).contains(modes[1]), "\(measured)")

    // Of the training images themselves, all eight kinds are found.
    let truth = try StackedDataset(
      LabelledDataset(
        LabelledSets(folder.url.appending(path: "squares")).training, augmentation: recipe.data.augmentation,
        channels: 1,
        batchSize: 24, seed: 1))
    let sample = try truth.sample(step: 0)
    #expect(sample.images.shape == [24, 16, 16, 3] && sample.classes == nil)
    let levels = sample.images.scalars.enumerated().filter { $0.offset % 768 < 3 }.map { $0.element > 0 }
    let kinds = Set(stride(from: 0, to: levels.count, by: 3).map { [levels[$0], levels[$0 + 1], levels[$0 + 2]] })
    #expect(kinds.count == 8)

    recipe.validation.features = run.model("generator").path
    #expect(throws: (any Error).self) { try train(recipe, in: "other") }
    recipe.validation.features = ""
    recipe.synthesis.condition = .label
    #expect(throws: RecipeProblem.self) { try GenerationProject.check(recipe) }
  }

  /// Against a discriminator that is always sure, the first GAN's own loss has no slope.
  @Test func gradientsThatVanishAreTold() throws {
    let watched = try WatchedRun()
    for index in 0..<8 {
      let image = Image(width: 16, height: 16, channels: 1, pixels: Array(repeating: Float(index % 2), count: 256))
      try watched.add(image, "squares/\(index).png")
    }
    var recipe = recipe(steps: 100)
    recipe.data.root = watched.folder.url.appending(path: "squares").path
    recipe.objective.adversarial = .minimax
    recipe.generator.network.use(DCGANGenerator.self) { ($0.noise, $0.width, $0.doublings) = (2, 1, 2) }
    recipe.synthesis.discriminatorSteps = 4
    (recipe.optimizer.learningRate, recipe.optimizer.discriminatorRate) = (0.001, 200)
    (recipe.output.checkpointEvery, recipe.output.sampleEvery) = (1000, 1000)
    let (notices, error) = try watched.train(recipe)
    #expect(
      error == nil && notices.contains { $0.contains("the gradients of generator have vanished") },
      "\(notices) \(watched.lastMeasures)")
  }

  @Test func whatDoesNotGoTogetherIsRefused() throws {
    var several = ring()
    several.synthesis.generators = 2
    several.objective.adversarial = .hinge
    var odd = recipe()
    (odd.data.loadSize, odd.data.cropSize) = (18, 18)
    var pieces = recipe()
    pieces.data.root = folder.url.appending(path: "squares/0").path
    pieces.synthesis.condition = .label
    for (recipe, problem) in [
      (several, "expected vanilla of several synthesis.generators"),
      (odd, "generator.network is dcgan, but its images have 18 pixels a side, expected a multiple of 4"),
      (pieces, "synthesis.condition is label, but the images are not of several classes"),
    ] {
      do {
        _ = try train(recipe, in: "outputs")
        Issue.record("trained, though \(problem)")
      } catch {
        #expect("\(error)".contains(problem), "\(error)")
      }
    }
  }
}
