import Foundation
import Guise
import Testing

/// A program of one's own with an operation, a layer, a network and a task that the library does not know, all written with
/// `import Guise` alone.
@Suite struct OwnTaskTests {
  private let folder: TemporaryFolder

  /// What a program does first, once.
  static let additions: Void = {
    Networks.add(ToneNetwork.self)
    Tasks.add(ToneProject.self)
  }()

  init() throws {
    Self.additions
    folder = try TemporaryFolder()
    for index in 0..<3 { try folder.writePhoto("photos/\(index).png", index: index) }
  }

  private static func recipe(in folder: URL) throws -> Recipe {
    try Recipe(
      yaml: """
        task: tone
        data: {root: \(folder.path)/photos}
        generator: {width: 6, noise: 0.02, average: 0.5}
        schedule: {epochs: 2, decayEpochs: 2, steps: 40}
        output: {checkpointEvery: 4, sampleEvery: 10, validateEvery: 3}
        batch: 2
        """, name: "tone.yaml")
  }

  /// Trains into `run` in a folder of all runs.
  @discardableResult
  private static func train(in folder: URL, outputs: String, listener: any TrainingListener...) throws -> RunFolder {
    let run = try RunFolder(name: "run", in: folder.appending(path: outputs))
    let end = try TrainingRun(
      recipe: recipe(in: folder), folder: run, resume: true, listeners: run.reports() + listener
    ).run()
    #expect(end.models == [run.model("generator")])
    return run
  }

  /// Ends the process in the middle of a run, as a power cut would.
  private final class Killer: TrainingListener {
    func receive(_ event: TrainingEvent) {
      if case .step(let step) = event, step.step == 23 { kill(getpid(), SIGKILL) }
    }
  }

  @Test func aKilledRunGoesOnToTheSameBytes() async throws {
    let whole = try Self.train(in: folder.url, outputs: "whole")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = folder.url.path as String] in
      OwnTaskTests.additions
      try OwnTaskTests.train(in: URL(filePath: path), outputs: "killed", listener: Killer())
    }
    let killed = try RunFolder(name: "run", in: folder.url.appending(path: "killed"))
    #expect(killed.checkpointSteps == [16, 20])
    #expect(!FileManager.default.fileExists(atPath: killed.model("generator").path))
    try Self.train(in: folder.url, outputs: "killed")
    // Both tell the time.
    #expect(try differences(between: whole.root, and: killed.root, besides: ["log.txt", "index.html"]) == [])
  }

  @Test func leavesAModelThatTranslatesFolders() throws {
    let run = try Self.train(in: folder.url, outputs: "outputs")
    for file in [run.page, run.losses, run.validation, run.log, run.sampleGrid(step: 40)] {
      #expect(FileManager.default.fileExists(atPath: file.path), "\(file.lastPathComponent)")
    }
    let measured = try String(contentsOf: run.validation, encoding: .utf8)
    #expect(measured.hasPrefix("step,nearness,best\n3,"))
    let best = try ModelFile(contentsOf: run.best("generator"))
    #expect(try best.generator().inputChannels == 3)

    let model = try ModelFile(contentsOf: run.model("generator"))
    #expect(model.description.task == "tone" && model.description.trainingSteps == 40)
    #expect(model.description.recipe?.contains("root: \"photos\"") == true)
    let generator = try #require(try model.generator() as? ToneNetwork)
    #expect(generator.configuration.width == 6 && generator.configuration.noise == 0.02)

    let translator = try Translator(modelAt: run.root)
    let plan = try OutputPlan(
      inputs: [folder.url.appending(path: "photos")], output: folder.url.appending(path: "translated"), format: .png)
    let summary = try ImageBatch().run(plan, identity: translator.identity, report: { _ in }) { image, result in
      try translator.translate(image, into: result)
    }
    #expect(summary.done == 3 && summary.failed == 0)
    // Three quarters of the way to the negative.
    for index in 0..<3 {
      let photo = try Image(contentsOf: folder.url.appending(path: "photos/\(index).png"))
      let result = try Image(contentsOf: folder.url.appending(path: "translated/\(index).png"))
      let errors = zip(photo.pixels, result.pixels).map { abs(0.25 * $0 + 0.75 * (1 - $0) - $1) }
      #expect(errors.reduce(0, +) / Float(errors.count) < 0.1)
    }
  }

  @Test(arguments: [
    ("tone: {strenght: 1}", "unknown key 'strenght' in tone; did you mean 'strength'?"),
    ("objective: {cycle: 5}", "objective is for the task cyclegan or paired, not for tone"),
    ("generator: {network: resnet}", "generator.network is 'resnet', expected tone"),
    ("generator: {width: 65}", "generator.width is '65', expected a whole number from 1 to 64"),
  ])
  func recipesAreCheckedByTheTasksKeys(yaml: String, problem: String) {
    let error = #expect(throws: RecipeError.self) { try Recipe(yaml: "task: tone\n\(yaml)", name: "tone.yaml") }
    #expect(error?.problem == problem)
  }

  /// Whether it was read or made by code.
  @Test func unusableValuesAreRefusedBeforeTraining() throws {
    let run = try RunFolder(name: "run", in: folder.url.appending(path: "outputs"))
    func problem(_ change: (inout Recipe) -> Void) throws -> String? {
      var recipe = try Self.recipe(in: folder.url)
      change(&recipe)
      return #expect(throws: RecipeError.self) {
        try TrainingRun(recipe: recipe, folder: run, resume: false, listeners: [])
      }?.problem
    }
    #expect(try problem { $0.batch = 0 } == "batch is 0, expected a whole number from 1 to 1024")
    #expect(try problem { $0[.tone].strength = 2 } == "tone.strength is 2.0, expected a number above 0 and up to 1")
    #expect(
      try problem { $0.generator.network.use(ResNetGenerator.self) } == "generator.network is resnet, expected tone")
    #expect(
      try problem { $0.generator.network.use(ToneNetwork.self) { $0.width = 65 } }
        == "generator.width is 65, expected a whole number from 1 to 64")
    #expect(!FileManager.default.fileExists(atPath: run.root.path))
  }

  @Test func aRecipeTellsTheTasksSettings() throws {
    let recipe = Recipe(ToneProject.self)
    #expect(recipe.yaml.contains("tone:\n  strength: 0.75\ngenerator:\n  network: tone\n  width: 8\n  noise: 0.01\n"))
    #expect(try Recipe(yaml: recipe.yaml, name: "").yaml == recipe.yaml)
  }
}
