import Checkpoints
import Foundation
import Images
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Unpaired runs that are measured on test folders.
@Suite struct UnpairedValidationTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (domain, count) in [("trainA", 2), ("trainB", 2), ("testA", 3), ("testB", 4)] {
      for index in 0..<count {
        let random = Random(seed: 9, purpose: domain, step: index)
        let image = Image(width: 6, height: 6, channels: 3, pixels: (0..<108).map { random.uniform(at: $0) })
          .resized(toWidth: 24, height: 24)
        try folder.add("data/\(domain)/\(index).png", image.encoded(as: .png, path: domain))
      }
    }
  }

  private func recipe(steps: Int = 8, validateEvery: Int = 2) -> Recipe {
    var recipe = Recipe()
    recipe.data.root = folder.url.appending(path: "data").path
    (recipe.data.loadSize, recipe.data.cropSize) = (24, 16)
    recipe.generator.network.use(ResNetGenerator.self) { ($0.width, $0.blocks) = (4, 1) }
    recipe.discriminator.use(PixelDiscriminator.self) { $0.width = 4 }
    recipe.schedule.steps = steps
    (recipe.output.checkpointEvery, recipe.output.sampleEvery, recipe.output.validateEvery) = (3, 100, validateEvery)
    return recipe
  }

  /// A rate that changes no weight.
  private func withoutLearning(_ recipe: Recipe) -> Recipe {
    var recipe = recipe
    recipe.optimizer.learningRate = 1e-30
    recipe.schedule.decayEpochs = 0
    return recipe
  }

  /// A small VGG16 with weights by formula.
  private func writeNetwork() throws -> String {
    var configuration = VGGFeatures.Configuration()
    (configuration.depth, configuration.width) = (.vgg16, 2)
    configuration.weights = VGGFeatures.LayerChoice.vgg54.weights(in: .vgg16)
    let (network, keys) = (VGGFeatures(configuration), VGGFeatures.tensorKeys(for: configuration))
    try WeightFormula.fill(network, keys: keys)
    let url = folder.url.appending(path: "vgg.safetensors")
    try Safetensors.write(NamedTensor.all(of: network, keys: keys), to: url)
    return url.path
  }

  private func outputs(_ name: String) -> URL { folder.url.appending(path: name) }

  private func rows(_ run: RunFolder) throws -> [[String]] {
    try String(contentsOf: run.validation, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test func aStoppedRunGoesOnToTheSameBytes() throws {
    var recipe = recipe()
    recipe.validation.features = try writeNetwork()
    recipe.schedule.plateau = 1
    let whole = try train(recipe, in: outputs("whole")).run
    let stopped = try train(recipe, in: outputs("stopped"), stops: [1, 4, 5]).run
    #expect(try differences(between: whole.root, and: stopped.root) == [])
    #expect(try rows(whole)[0] == ["step", "model", "kid", "texture", "palette", "edges", "lightness", "best"])
  }

  /// The best of each direction is that of its own best measurement.
  @Test func theBestOfEachDirectionIsKept() throws {
    let run = try train(recipe(), in: outputs("outputs")).run
    let rows = try rows(run)
    #expect(
      rows[0] == ["step", "model", "appearance", "texture", "palette", "edges", "lightness", "best"])
    #expect(rows.count == 1 + 4 * 2)
    for model in ["AtoB", "BtoA"] {
      let own = rows.dropFirst().filter { $0[1] == model }
      let scores = try own.map { try #require(Double($0[2])) }
      for (index, row) in own.enumerated() {
        #expect((row[7] == "true") == (index == 0 || scores[index] < (scores[..<index].min() ?? 0)))
        let sum = try #require(Double(row[3])) + (try #require(Double(row[4])))
        #expect(abs(scores[index] - sum) < 1e-9)
      }
      let best = try #require(own.last { $0[7] == "true" })
      let file = try ModelFile(contentsOf: run.best(model))
      #expect(file.description.trainingSteps.map { String($0) } == best[0])
      #expect(try ModelFile(contentsOf: run.model(model)).description.trainingSteps == 8)
    }
  }

  @Test func aRunEndsWhereMeasurementsBringNothingBetter() throws {
    var recipe = withoutLearning(recipe(steps: 20))
    recipe.schedule.patience = 2
    let run = try RunFolder(name: "run", in: outputs("outputs"))
    func train() throws -> TrainingEnd {
      try TrainingRun(recipe: recipe, folder: run, resume: true, listeners: run.reports()).run()
    }
    let end = try train()
    // The first measurement is the best, and the next two bring nothing.
    guard case .stagnated = end.reason else { return #expect(Bool(false), "\(end)") }
    #expect(end.step == 6 && end.totalSteps == 20)
    #expect(end.models == [run.model("AtoB"), run.model("BtoA")] && run.checkpointSteps.last == 6)
    for model in ["AtoB", "BtoA"] {
      #expect(try ModelFile(contentsOf: run.model(model)).description.trainingSteps == 6)
      #expect(try ModelFile(contentsOf: run.best(model)).description.trainingSteps == 2)
    }
    let log = try String(contentsOf: run.log, encoding: .utf8)
    #expect(log.contains("ended after step 6 of 20: measurements no longer brought anything better"))
    #expect(try String(contentsOf: run.page, encoding: .utf8).contains("Ended after step 6 of 20"))

    // It stays ended until there is more patience.
    #expect(try train().step == 6 && run.checkpointSteps.last == 6)
    recipe.schedule.patience = 4
    #expect(try train().step == 10)
    recipe.schedule.patience = 0
    let rest = try train()
    guard case .completed = rest.reason else { return #expect(Bool(false), "\(rest)") }
    #expect(rest.step == 20)
  }

  @Test func onAPlateauTheRateIsHalved() throws {
    var recipe = withoutLearning(recipe(steps: 9))
    recipe.schedule.plateau = 1
    let whole = try train(recipe, in: outputs("whole")).run
    let losses = try String(contentsOf: whole.losses, encoding: .utf8).split(separator: "\n").dropFirst()
    let rates = try losses.map { try #require(Double($0.split(separator: ",")[2])) / 1e-30 }
    // Measured after every second step; the first is the best.
    for (rate, expected) in zip(rates, [1, 1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.125]) {
      #expect(abs(rate - expected) < 1e-9)
    }
    let stopped = try train(recipe, in: outputs("stopped"), stops: [4, 5]).run
    #expect(try differences(between: whole.root, and: stopped.root) == [])
  }

  @Test func fewerImagesAreMeasuredOnRequest() throws {
    var recipe = recipe(steps: 2)
    recipe.validation.images = 2
    var images: [String] = []
    final class Listener: TrainingListener {
      let told: (TrainingStart) -> Void
      init(_ told: @escaping (TrainingStart) -> Void) { self.told = told }
      func receive(_ event: TrainingEvent) { if case .started(let start) = event { told(start) } }
    }
    let run = try RunFolder(name: "run", in: outputs("outputs"))
    let listener = Listener { images = $0.images.map { "\($0.name) \($0.count)" } }
    _ = try TrainingRun(recipe: recipe, folder: run, resume: false, listeners: [listener]).run()
    #expect(images == ["trainA 2", "trainB 2", "testA 2", "testB 2"])
  }

  @Test func whatCannotBeMeasuredIsTold() throws {
    var recipe = recipe()
    recipe.validation.features = folder.url.appending(path: "data/testA/0.png").path
    let run = try RunFolder(name: "run", in: outputs("outputs"))
    #expect(throws: CheckpointError.self) {
      try TrainingRun(recipe: recipe, folder: run, resume: false, listeners: [])
    }
    recipe.validation.features = ""
    try FileManager.default.removeItem(at: folder.url.appending(path: "data/testB"))
    recipe.schedule.patience = 3
    let error = #expect(throws: RecipeProblem.self) {
      try TrainingRun(recipe: recipe, folder: run, resume: false, listeners: [])
    }
    #expect(
      error?.problem
        == "schedule.patience is 3, but there is nothing to measure: data.root has no testA and testB")
    recipe.schedule.patience = 0
    recipe.validation.features = "vgg16.pth"
    let ignored = #expect(throws: RecipeProblem.self) {
      try TrainingRun(recipe: recipe, folder: run, resume: false, listeners: [])
    }
    #expect(ignored?.key == "validation.features")
    recipe.validation.features = ""
    let end = try TrainingRun(recipe: recipe, folder: run, resume: false, listeners: run.reports()).run()
    #expect(end.step == 8 && !FileManager.default.fileExists(atPath: run.validation.path))
  }
}
