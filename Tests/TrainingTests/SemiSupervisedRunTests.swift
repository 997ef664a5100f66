import Checkpoints
import Foundation
import Images
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Runs on gray squares whose class is the way of their stripes, few of which are labelled.
@Suite struct SemiSupervisedRunTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for index in 0..<40 {
      let random = Random(seed: 3, purpose: "stripe", step: index)
      let pixels = (0..<256).map { pixel in
        0.4 * random.uniform(at: pixel) + ((index % 2 == 0 ? pixel : pixel / 16) % 4 < 2 ? 0.5 : 0)
      }
      let image = Image(width: 16, height: 16, channels: 1, pixels: pixels)
      try folder.add("stripes/\(["columns", "rows"][index % 2])/\(index).png", image.encoded(as: .png, path: "stripe"))
    }
  }

  private func recipe(steps: Int = 8) -> Recipe {
    var recipe = Recipe(SemiSupervisedProject.self)
    recipe.data.root = folder.url.appending(path: "stripes").path
    (recipe.data.loadSize, recipe.data.cropSize) = (16, 16)
    (recipe.data.labelled, recipe.data.heldBack) = (2, 0.3)
    recipe.classifier.use(ConvolutionalClassifier.self) { ($0.width, $0.stages) = (4, 2) }
    recipe.generator.network.use(DCGANGenerator.self) { ($0.noise, $0.width, $0.doublings) = (4, 4, 2) }
    recipe.batch = 8
    recipe.schedule.steps = steps
    (recipe.output.checkpointEvery, recipe.output.sampleEvery, recipe.output.validateEvery) = (3, 3, 4)
    return recipe
  }

  private func train(_ recipe: Recipe, in outputs: String, stops: [Int] = []) throws -> RunFolder {
    try TrainingTests.train(recipe, in: folder.url.appending(path: outputs), stops: stops).run
  }

  @Test func aStoppedRunGoesOnToTheSameBytes() throws {
    let whole = try train(recipe(), in: "whole")
    let stopped = try train(recipe(), in: "stopped", stops: [2, 4])
    #expect(try differences(between: whole.root, and: stopped.root) == [])
  }

  @Test func leavesAClassifierAndAGenerator() throws {
    var recipe = recipe(steps: 100)
    recipe.optimizer.learningRate = 0.005
    let run = try train(recipe, in: "outputs")
    let measured = try String(contentsOf: run.validation, encoding: .utf8).split(separator: "\n")
    #expect(measured[0] == "step,accuracy,crossEntropy,best")
    let accuracy = try #require(measured.last.flatMap { Double($0.split(separator: ",")[1]) })
    #expect(accuracy > 80)

    let classifier = try ModelFile(contentsOf: run.model("classifier"))
    #expect(classifier.description.task == "classification" && classifier.description.classes == ["columns", "rows"])
    #expect(try Networks.featureNetwork(contentsOf: run.model("classifier")) is ConvolutionalClassifier)
    let generator = try ModelFile(contentsOf: run.model("generator"))
    #expect(generator.description.task == "generation")
    _ = try generator.synthesis()
    #expect(try run.modelNames == ["classifier", "generator"])
  }

  @Test func aConnectedClassifierSeesNoiseInTrainingAlone() throws {
    var recipe = recipe()
    recipe.classifier.use(ConnectedClassifier.self) { ($0.width, $0.noise) = (8, 0.5) }
    let classifier = try SemiSupervisedProject.makeTask(recipe, channels: 1, classes: 2).classifier
    let images = Tensor(NDArray(repeating: 0.5, shape: [2, 16, 16, 1]))
    func logits(step: Int) -> [Float] {
      TrainingContext.run(seed: 1, step: step) { withoutGradients { classifier(images).value.scalars } }
    }
    let plain = withoutGradients { classifier(images).value.scalars }
    #expect(plain[0..<2] == plain[2..<4])
    #expect(logits(step: 1)[0..<2] != logits(step: 1)[2..<4])
    #expect(logits(step: 1) == logits(step: 1) && logits(step: 1) != logits(step: 2))

    let whole = try train(recipe, in: "whole")
    let stopped = try train(recipe, in: "stopped", stops: [5])
    #expect(try differences(between: whole.root, and: stopped.root) == [])
  }

  @Test func onlyTheLabelsThatAreAskedForAreUsed() throws {
    // The generated class apart, the classifier is a function of the labelled images alone: labels of others do not matter.
    let project = try SemiSupervisedProject(recipe())
    #expect(project.images.map(\.count) == [4, 28, 12])
    var shown: Set<[Float]> = []
    var labels: [Float] = [0, 0]
    for step in 0..<6 {
      let batch = try project.batches(step)
      let size = batch.labelled.images.shape.count / 8
      let (pixels, classes) = (batch.labelled.images.scalars, try #require(batch.labelled.classes).scalars)
      for image in 0..<8 {
        shown.insert(Array(pixels[image * size..<(image + 1) * size]))
        for label in 0..<2 { labels[label] += classes[2 * image + label] }
      }
    }
    #expect(shown.count == 4 && labels == [24, 24])
    var greedy = recipe()
    greedy.data.labelled = 17
    let error = #expect(throws: RecipeProblem.self) { try SemiSupervisedProject(greedy) }
    #expect(error?.key == "data.labelled" && error?.problem.contains("17, but the class") == true)
  }
}
