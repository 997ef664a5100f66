import Checkpoints
import Foundation
import Images
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Runs on pictures whose colours follow from their lightness, so that there is something to learn.
@Suite struct ColorizationRunTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for index in 0..<4 {
      let random = Random(seed: 5, purpose: "photo", step: index)
      let levels = Image(width: 6, height: 6, channels: 1, pixels: (0..<36).map { random.uniform(at: $0) })
        .resized(toWidth: 64, height: 64)
      // Dark is blue, light is yellow.
      let pixels = levels.pixels.flatMap { level in [level, 0.2 + 0.6 * level, 0.8 - 0.6 * level] }
      let photo = Image(width: 64, height: 64, channels: 3, pixels: pixels)
      try folder.add("photos/\(index).png", photo.encoded(as: .png, path: "photo"))
      try folder.add("gray/\(index).png", photo.grayscale().encoded(as: .png, path: "photo"))
    }
  }

  private func recipe(_ network: String = "unet") -> Recipe {
    var recipe = Recipe(ColorizationProject.self)
    recipe.data.root = folder.url.appending(path: "photos").path
    (recipe.data.cropSize, recipe.data.smallestArea) = (32, 0.8)
    let isChosen = recipe.generator.network.choose(network)
    #expect(isChosen)
    recipe.generator.network.setAll(["width": "4", "downsamplings": "3", "blocks": "1", "dropout": "true"])
    recipe.generator.average = 0.9
    recipe.discriminator.use(PatchDiscriminator.self) { ($0.width, $0.layers) = (4, 2) }
    recipe.pixelPhase.loss = .smoothL1
    (recipe.pixelPhase.steps, recipe.adversarialPhase.steps) = (5, 4)
    recipe.pixelPhase.rate.learningRate = 0.002
    recipe.batch = 2
    (recipe.output.checkpointEvery, recipe.output.sampleEvery, recipe.output.validateEvery) = (4, 3, 2)
    return recipe
  }

  private func train(_ recipe: Recipe, in outputs: String, stops: [Int] = []) throws -> RunFolder {
    try TrainingTests.train(recipe, in: folder.url.appending(path: outputs), stops: stops).run
  }

  @Test(arguments: [[2, 7], [5], [8]])
  func aStoppedRunGoesOnToTheSameBytes(_ stops: [Int]) throws {
    for network in ["unet", "resnet"] {
      let whole = try train(recipe(network), in: "whole.\(network)")
      let stopped = try train(recipe(network), in: "stopped.\(network)", stops: stops)
      #expect(try differences(between: whole.root, and: stopped.root) == [])
    }
  }

  @Test func leavesAColorizerAndItsMeasurements() throws {
    let run = try train(recipe(), in: "outputs")
    for name in ["pixel", "generator", "generator-best"] {
      let model = try ModelFile(contentsOf: run.model(name))
      #expect(model.description.task == "colorization")
      let generator = try model.generator()
      #expect(generator.inputChannels == 1 && generator.outputChannels == 2)
    }
    let measured = try String(contentsOf: run.validation, encoding: .utf8).split(separator: "\n")
    #expect(measured[0] == "step,psnr,ciede2000,colorfulness,best" && measured.count == 7)
  }

  @Test func saysThatColorsAreDull() throws {
    var notices: [String] = []
    final class Listener: TrainingListener {
      let hear: (String) -> Void
      init(_ hear: @escaping (String) -> Void) { self.hear = hear }
      func receive(_ event: TrainingEvent) {
        if case .notice(_, let text) = event { hear(text) }
      }
    }
    let run = try RunFolder(name: "run", in: folder.url.appending(path: "dull"))
    _ = try TrainingRun(recipe: recipe(), folder: run, resume: false, listeners: [Listener { notices.append($0) }])
      .run()
    #expect(notices.contains { $0.hasPrefix("the colours are dull") })
    #expect(notices.contains { $0.hasPrefix("there is no data.validation") })
  }

  @Test func learnsColors() throws {
    var recipe = recipe()
    recipe.generator.network.use(UNetGenerator.self) { ($0.width, $0.dropout, $0.norm) = (8, false, .instance) }
    (recipe.pixelPhase.steps, recipe.adversarialPhase.steps) = (80, 0)
    recipe.output.validateEvery = 40
    let run = try train(recipe, in: "outputs")
    let last = try #require(try String(contentsOf: run.validation, encoding: .utf8).split(separator: "\n").last)
    let scores = last.split(separator: ",").compactMap { Double($0) }
    #expect(scores[1] > 20 && (0.6...1.2).contains(scores[3]), "\(last)")
  }

  @Test func grayPhotosAloneAreRefused() throws {
    var recipe = recipe()
    recipe.data.root = folder.url.appending(path: "gray").path
    let error = #expect(throws: (any Error).self) { try train(recipe, in: "outputs") }
    #expect(try "\(#require(error))".hasPrefix("none of the 4 images"))
  }
}
