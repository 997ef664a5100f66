import Checkpoints
import Foundation
import Images
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Runs on pairs whose second image is the first one's negative.
@Suite struct PairedRunTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for index in 0..<6 {
      let random = Random(seed: 6, purpose: "photo", step: index)
      let photo = Image(width: 6, height: 6, channels: 3, pixels: (0..<108).map { random.uniform(at: $0) })
        .resized(toWidth: 32, height: 32)
      let negative = Image(width: 32, height: 32, channels: 3, pixels: photo.pixels.map { 1 - $0 })
      let split = index < 4 ? "train" : "test"
      try folder.add("pairs/\(split)A/\(index).png", photo.encoded(as: .png, path: "photo"))
      try folder.add("pairs/\(split)B/\(index).png", negative.encoded(as: .png, path: "photo"))
    }
  }

  private func recipe(_ network: String = "unet", _ norm: Norm = .batch) -> Recipe {
    var recipe = Recipe(PairedProject.self)
    recipe.data.root = folder.url.appending(path: "pairs").path
    (recipe.data.loadSize, recipe.data.cropSize) = (36, 32)
    let isChosen = recipe.generator.network.choose(network)
    #expect(isChosen)
    recipe.generator.network.setAll(["width": "4", "downsamplings": "5", "blocks": "1", "norm": norm.rawValue])
    recipe.discriminator.use(PatchDiscriminator.self) { ($0.width, $0.layers, $0.norm) = (4, 2, norm) }
    recipe.schedule.steps = 8
    (recipe.output.checkpointEvery, recipe.output.sampleEvery, recipe.output.validateEvery) = (3, 3, 4)
    return recipe
  }

  private func train(_ recipe: Recipe, in outputs: String, stops: [Int] = []) throws -> RunFolder {
    try TrainingTests.train(recipe, in: folder.url.appending(path: outputs), stops: stops).run
  }

  @Test(arguments: [[2], [4, 5]])
  func aStoppedRunGoesOnToTheSameBytes(_ stops: [Int]) throws {
    for (network, norm) in [("unet", Norm.batch), ("resnet", .instance)] {
      let whole = try train(recipe(network, norm), in: "whole.\(network)")
      let stopped = try train(recipe(network, norm), in: "stopped.\(network)", stops: stops)
      #expect(try differences(between: whole.root, and: stopped.root) == [])
    }
  }

  @Test func leavesAGenerator() throws {
    var recipe = recipe()
    recipe.data.direction = .bToA
    recipe.generator.network.use(UNetGenerator.self) { $0.atTest = .asInTraining }
    let run = try train(recipe, in: "outputs")
    let model = try ModelFile(contentsOf: run.model("generator"))
    #expect(model.description.task == "paired" && model.description.direction == .bToA)
    let generator = try #require(try model.generator() as? UNetGenerator)
    #expect(generator.configuration.atTest == .asInTraining)
    let losses = try String(contentsOf: run.losses, encoding: .utf8).split(separator: "\n")
    #expect(losses[0] == "step,epoch,learningRate,pixel,adversarial,discriminator" && losses.count == 9)
    let measured = try String(contentsOf: run.validation, encoding: .utf8).split(separator: "\n")
    #expect(measured[0] == "step,psnr,ssim,best" && measured.count == 3)
  }

  /// Measured on held-out photos.
  @Test(arguments: [ModelDescription.Direction.aToB, .bToA])
  func learnsNegatives(_ direction: ModelDescription.Direction) throws {
    var recipe = recipe("resnet", .batch)
    recipe.data.direction = direction
    recipe.generator.network.use(ResNetGenerator.self) { $0.width = 8 }
    recipe.batch = 4
    recipe.optimizer.learningRate = 0.002
    (recipe.schedule.steps, recipe.output.validateEvery) = (150, 50)
    let run = try train(recipe, in: "outputs")
    let last = try #require(try String(contentsOf: run.validation, encoding: .utf8).split(separator: "\n").last)
    let ratio = try #require(Double(last.split(separator: ",")[1]))
    #expect(ratio > 18, "\(last)")
  }

  /// With an encoder whose statistics are measured before the first step, and then stay.
  @Test func theLossFallsWithAnEncoder() throws {
    var recipe = recipe("encoderUNet")
    recipe.batch = 4
    recipe.optimizer.learningRate = 0.001
    (recipe.schedule.steps, recipe.output.validateEvery) = (30, 15)
    let run = try train(recipe, in: "outputs")
    let lines = try String(contentsOf: run.losses, encoding: .utf8).split(separator: "\n").dropFirst()
    let losses = lines.compactMap { Double($0.split(separator: ",")[3]) }
    try #require(losses.count == 30)
    let (first, last): (Double, Double) = (losses[..<5].reduce(0, +), losses[25...].reduce(0, +))
    #expect(last < 0.7 * first, "\(losses)")
    let generator = try #require(try ModelFile(contentsOf: run.model("generator")).generator() as? EncoderUNet)
    let beginning = try #require(try PairedProject(recipe).task.generator as? EncoderUNet).encoder
    for (old, new) in zip(beginning.namedStatistics, generator.encoder.namedStatistics) {
      #expect(old.statistic.value == new.statistic.value, "\(new.name)")
    }
    let mean = beginning.stem.norm.runningMean.value
    #expect(mean != NDArray(repeating: 0, shape: mean.shape))
    #expect(generator.encoder.blocks[15].projection.norm.shift?.value.scalars.contains { $0 != 0 } == true)
  }

  @Test func aRunMayBeginWithAModel() throws {
    let run = try train(recipe(), in: "outputs")
    var recipe = recipe()
    recipe.generator.initial = run.model("generator").path
    let generator = try PairedProject.makeTask(recipe).generator
    #expect(
      generator.parameters.map(\.value)
        == (try ModelFile(contentsOf: run.model("generator")).generator().parameters.map(\.value)))
    recipe.generator.network.use(UNetGenerator.self) { $0.width = 5 }
    let error = #expect(throws: CheckpointError.self) { try PairedProject.makeTask(recipe) }
    #expect(error?.problem.contains("and the recipe's generator a") == true)
  }
}
