import Checkpoints
import Datasets
import Foundation
import Models
import Pipelines
import Tensors
import TestSupport
import Testing
import Training

/// Generation of captions, whose vectors the user brings.
@Suite struct CaptionRunTests {
  private let folder: TemporaryFolder

  /// Dark and bright squares; of the two words for each, only the first two values of the vectors tell something.
  init() throws {
    folder = try TemporaryFolder()
    let words = [["dark", "dim"], ["bright", "light"]]
    var (lines, vectors) = ([String](), [Float]())
    for index in 0..<24 {
      let (kind, word) = (index % 2, index / 2 % 2)
      try folder.add(
        square: Squares.image(index, level: Squares.levels[kind], spread: 0.2), "squares/\(index).png")
      lines.append("\(index).png\ta \(words[kind][word]) square")
      vectors += Self.vector(kind, word)
    }
    try folder.add("captions.tsv", Data(lines.joined(separator: "\n").utf8))
    try write(vectors, rows: 24, to: "vectors.safetensors")
  }

  private static func vector(_ kind: Int, _ word: Int) -> [Float] {
    [kind == 0 ? 0.8 : -0.2, kind == 0 ? -0.2 : 0.8, word == 0 ? 0.3 : -0.3]
  }

  private func write(_ vectors: [Float], rows: Int, to path: String) throws {
    let array = NDArray(vectors, shape: [rows, vectors.count / rows])
    try Safetensors.write([NamedTensor("vectors", array)], to: folder.url.appending(path: path))
  }

  private func recipe(_ condition: Recipe.Condition, steps: Int) -> Recipe {
    var recipe = Recipe(GenerationProject.self)
    recipe.data.root = folder.url.appending(path: "squares").path
    recipe.data.captions = folder.url.appending(path: "captions.tsv").path
    recipe.data.vectors = folder.url.appending(path: "vectors.safetensors").path
    (recipe.data.loadSize, recipe.data.cropSize) = (16, 16)
    recipe.generator.network.use(DCGANGenerator.self) { ($0.noise, $0.width, $0.doublings) = (4, 4, 2) }
    recipe.discriminator.use(DCGANDiscriminator.self) { ($0.width, $0.halvings) = (4, 2) }
    recipe.synthesis.condition = condition
    recipe.batch = 8
    recipe.schedule.steps = steps
    (recipe.output.checkpointEvery, recipe.output.sampleEvery) = (3, 3)
    return recipe
  }

  private func train(_ recipe: Recipe, in outputs: String, stops: [Int] = []) throws -> RunFolder {
    try TrainingTests.train(recipe, in: folder.url.appending(path: outputs), stops: stops).run
  }

  @Test(arguments: [Recipe.Condition.label, .projection])
  func makesWhatANewCaptionSays(_ condition: Recipe.Condition) throws {
    var recipe = recipe(condition, steps: 120)
    recipe.optimizer.learningRate = 0.005
    let run = try train(recipe, in: "outputs")
    let model = try ModelFile(contentsOf: run.model("generator"))
    #expect(model.description.takesCaptions && model.description.classes == nil)
    try folder.add("asked.txt", Data("something gloomy\nsomething sunny".utf8))
    try write([0.7, -0.1, 0, -0.1, 0.7, 0], rows: 2, to: "asked.safetensors")
    func captions(_ vectors: String) throws -> CaptionVectors {
      try CaptionVectors(
        captions: folder.url.appending(path: "asked.txt"), vectors: folder.url.appending(path: vectors))
    }
    let maker = try ImageMaker(model, captions: try captions("asked.safetensors"))
    var levels: [Float] = [0, 0]
    try maker.make(16, seed: 1) { image, _, label in
      levels[label ?? 0] += image.pixels.reduce(0, +) / Float(image.pixels.count) / 8
      return true
    }
    #expect(levels[1] > levels[0] + 0.2, "\(levels)")
    #expect(try maker.label(named: "something sunny") == 1)
    #expect(throws: GenerationError.captionsMissing(file: model.file.url.relativePath, width: 3)) {
      try ImageMaker(model)
    }
    try write([1, 2, 3, 4], rows: 2, to: "narrow.safetensors")
    #expect(throws: GenerationError.otherVectors(file: model.file.url.relativePath, width: 3, given: 2)) {
      try ImageMaker(model, captions: try captions("narrow.safetensors"))
    }
    for (values, rows) in [([Float](repeating: 1, count: 9), 3), ([1, .nan, 0, 0, 0, 0], 2)] {
      try write(values, rows: rows, to: "wrong.safetensors")
      #expect(throws: CheckpointError.self) { try captions("wrong.safetensors") }
    }
  }

  @Test func aStoppedRunGoesOnToTheSameBytes() throws {
    let recipe = recipe(.projection, steps: 8)
    let whole = try train(recipe, in: "whole")
    let stopped = try train(recipe, in: "stopped", stops: [2, 5])
    #expect(try differences(between: whole.root, and: stopped.root) == [])
  }

  @Test func whatDoesNotGoTogetherIsRefused() throws {
    var (alone, told, ring) = (recipe(.label, steps: 1), recipe(.auxiliary, steps: 1), recipe(.none, steps: 1))
    alone.data.vectors = ""
    ring.data.source = .ring
    for (recipe, problem) in [
      (alone, "data.captions and data.vectors belong together"),
      (told, "synthesis.condition is auxiliary, expected label or projection with data.captions"),
      (ring, "expected label or projection with data.captions"),
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
