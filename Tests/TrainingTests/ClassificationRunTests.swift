import Checkpoints
import Foundation
import Images
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Runs on gray squares whose class is the way of their stripes.
@Suite struct ClassificationRunTests {
  private let folder: TemporaryFolder
  private static let names = ["columns", "none", "rows"]

  init() throws {
    folder = try TemporaryFolder()
    for index in 0..<90 {
      let (random, place) = (Random(seed: 3, purpose: "stripe", step: index), index % 3)
      let pixels = (0..<256).map { pixel in
        0.4 * random.uniform(at: pixel) + (Self.isBright(pixel, place) ? 0.5 : 0)
      }
      let image = Image(width: 16, height: 16, channels: 1, pixels: pixels)
      try folder.add("stripes/\(Self.names[place])/\(index).png", image.encoded(as: .png, path: "stripe"))
    }
  }

  private static func isBright(_ pixel: Int, _ place: Int) -> Bool {
    [pixel % 4 < 2, false, pixel / 16 % 4 < 2][place]
  }

  private func recipe(steps: Int = 8) -> Recipe {
    var recipe = Recipe(ClassificationProject.self)
    recipe.data.root = folder.url.appending(path: "stripes").path
    (recipe.data.loadSize, recipe.data.cropSize, recipe.data.heldBack) = (18, 16, 0.2)
    recipe.classifier.use(ConvolutionalClassifier.self) { ($0.width, $0.stages) = (4, 2) }
    recipe.batch = 12
    recipe.schedule.steps = steps
    (recipe.output.checkpointEvery, recipe.output.sampleEvery, recipe.output.validateEvery) = (3, 3, 4)
    return recipe
  }

  private func train(_ recipe: Recipe, in outputs: String, stops: [Int] = []) throws -> RunFolder {
    try TrainingTests.train(recipe, in: folder.url.appending(path: outputs), stops: stops).run
  }

  @Test(arguments: [[2], [4, 5]])
  func aStoppedRunGoesOnToTheSameBytes(_ stops: [Int]) throws {
    let whole = try train(recipe(), in: "whole")
    let stopped = try train(recipe(), in: "stopped", stops: stops)
    #expect(try differences(between: whole.root, and: stopped.root) == [])
  }

  @Test func learnsAndLeavesAModelThatComparesImages() throws {
    var recipe = recipe(steps: 60)
    (recipe.data.loadSize, recipe.optimizer.learningRate) = (16, 0.003)
    let run = try train(recipe, in: "outputs")
    let measured = try String(contentsOf: run.validation, encoding: .utf8).split(separator: "\n")
    #expect(measured[0] == "step,accuracy,crossEntropy,best")
    let last = try #require(measured.last)
    let accuracy = try #require(Double(last.split(separator: ",")[1]))
    #expect(accuracy > 90)

    let url = run.model("classifier")
    let model = try ModelFile(contentsOf: url)
    #expect(model.description.task == "classification" && model.description.classes == Self.names)
    #expect(throws: CheckpointError.self) { try model.generator() }
    #expect(throws: CheckpointError.self) { try model.upscaler() }
    #expect(ModelCard(of: model).text.contains("pipeline_tag: image-classification"))
    #expect(try ModelInspection(contentsOf: url).text().contains("  classes     columns, none, rows\n"))

    let network = try Networks.featureNetwork(contentsOf: url)
    #expect(network.view == .stretched(side: 16))
    let features = network.pooledFeatures(of: Tensor(NDArray(repeating: 0.5, shape: [2, 16, 16, 3])))
    #expect(features.shape == [2, 8])
    let classifier = try #require(network as? ConvolutionalClassifier)
    let stripes = NDArray((0..<256).map { Self.isBright($0, 2) ? 0.4 : -0.6 }, shape: [1, 16, 16, 1])
    #expect(classifier.decisions(on: stripes) == [2])
  }

  @Test func aModelWhoseClassNamesDoNotFitIsRefused() throws {
    var configuration = ConvolutionalClassifier.Configuration()
    (configuration.width, configuration.classes) = (2, 3)
    let network = ConvolutionalClassifier(configuration)
    var description = ModelDescription(task: "classification", network: NetworkDescription(of: network))
    description.classes = ["one", "two"]
    let url = folder.url.appending(path: "wrong.safetensors")
    try ModelFile.write(network, description: description, to: url)
    let error = #expect(throws: CheckpointError.self) { try ModelFile(contentsOf: url) }
    #expect(error?.problem.hasPrefix("has class names that are not those of its network") == true)
  }

  @Test func imagesWithoutClassesAreRefused() throws {
    let image = Image(width: 16, height: 16, channels: 1, pixels: Array(repeating: 0, count: 256))
    for index in 0..<3 { try folder.add("plain/\(index).png", image.encoded(as: .png, path: "plain")) }
    var recipe = recipe()
    recipe.data.root = folder.url.appending(path: "plain").path
    let error = #expect(throws: RecipeProblem.self) { try train(recipe, in: "outputs") }
    #expect(error?.key == "data.root" && error?.problem.contains("are not of several classes") == true)
  }
}
