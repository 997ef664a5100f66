import Foundation
import Guise
import Testing

/// A user's own program, with an operation, a layer, a network and a task that the library does not know, all written
/// with `import Guise` alone.
///
/// Each test that needs the network and the task runs in its own process, because adding them to the library's lists
/// affects all recipes of a program.
@Suite struct OwnTaskTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for index in 0..<3 { try folder.writePhoto("photos/\(index).png", index: index) }
  }

  @Test func aKilledRunGoesOnToTheSameBytes() async throws {
    await #expect(processExitsWith: .success) { [path = folder.url.path as String] in
      try ToneProgram(path).train(in: "whole")
    }
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = folder.url.path as String] in
      try ToneProgram(path).train(in: "killed", listener: Killer())
    }
    let (whole, killed) = (try run(in: "whole"), try run(in: "killed"))
    #expect(killed.checkpointSteps == [16, 20])
    #expect(!FileManager.default.fileExists(atPath: killed.model("generator").path))
    await #expect(processExitsWith: .success) { [path = folder.url.path as String] in
      try ToneProgram(path).train(in: "killed")
    }
    #expect(whole.checkpointSteps == [36, 40])
    // Both contain times.
    #expect(
      try differences(between: whole.root, and: killed.root, besides: ["log.txt", "run.json", "index.html"]) == [])
  }

  private func run(in outputs: String) throws -> RunFolder {
    try RunFolder(name: "run", in: folder.url.appending(path: outputs))
  }

  /// Ends the process in the middle of a run, like a power cut.
  private final class Killer: TrainingListener {
    func receive(_ event: TrainingEvent) {
      if case .step(let step) = event, step.step == 23 { kill(getpid(), SIGKILL) }
    }
  }

  @Test func leavesAModelThatTranslatesFolders() async {
    await #expect(processExitsWith: .success) { [path = folder.url.path as String] in
      let run = try ToneProgram(path).train(in: "outputs")
      for file in [run.page, run.losses, run.validation, run.log, run.sampleGrid(step: 40)] {
        #expect(FileManager.default.fileExists(atPath: file.path), "\(file.lastPathComponent)")
      }
      let measured = try String(contentsOf: run.validation, encoding: .utf8)
      #expect(measured.hasPrefix("step,nearness,best\n3,"))
      #expect(try ModelFile(contentsOf: run.best("generator")).generator().inputChannels == 3)

      let model = try ModelFile(contentsOf: run.model("generator"))
      #expect(model.description.task == "tone" && model.description.trainingSteps == 40)
      #expect(model.description.recipe?.contains("root: \"photos\"") == true)
      let generator = try #require(try model.generator() as? ToneNetwork)
      #expect(generator.configuration.width == 6 && generator.configuration.noise == 0.02)

      let folder = URL(filePath: path)
      let translator = try Translator(modelAt: run.root)
      let plan = try OutputPlan(
        inputs: [folder.appending(path: "photos")], output: folder.appending(path: "translated"), format: .png)
      let summary = try ImageBatch().run(plan, identity: translator.identity, report: { _ in }) { image, result in
        try translator.translate(image, into: result)
      }
      #expect(summary.done == 3 && summary.failed == 0)
      // The target is three quarters of the way to the negative.
      for index in 0..<3 {
        let photo = try Image(contentsOf: folder.appending(path: "photos/\(index).png"))
        let result = try Image(contentsOf: folder.appending(path: "translated/\(index).png"))
        let errors = zip(photo.pixels, result.pixels).map { abs(0.25 * $0 + 0.75 * (1 - $0) - $1) }
        #expect(errors.reduce(0, +) / Float(errors.count) < 0.1)
      }
    }
  }

  @Test func recipesFollowTheTasksKeys() async {
    await #expect(processExitsWith: .success) {
      ToneProgram.addToTheLists()
      func problem(_ yaml: String) -> String? {
        #expect(throws: RecipeError.self) { try Recipe(yaml: "task: tone\n\(yaml)", name: "tone.yaml") }?.problem
      }
      #expect(problem("tone: {strenght: 1}") == "unknown key 'strenght' in tone; did you mean 'strength'?")
      #expect(
        problem("objective: {cycle: 5}")
          == "objective is for the task cut, cyclegan, generation or paired, not for tone")
      #expect(problem("generator: {network: resnet}") == "generator.network is 'resnet', expected tone")
      #expect(
        problem("generator: {width: 65}") == "generator.width is '65', expected a whole number from 1 to 64")

      let recipe = Recipe(ToneProject.self)
      #expect(recipe.yaml.contains("tone:\n  strength: 0.75\ngenerator:\n  network: tone\n  width: 8\n  noise: 0.01\n"))
      let copy = try Recipe(yaml: recipe.yaml, name: "")
      #expect(copy == recipe)
      // Other tasks may use the network too.
      let other = try Recipe(yaml: "generator: {network: tone, noise: 0.5}", name: "")
      #expect(other.generator.network.name == "tone")
    }
  }

  /// Recipes made in code, which nothing has checked yet.
  @Test func unusableValuesAreRefusedBeforeTraining() async {
    await #expect(processExitsWith: .success) { [path = folder.url.path as String] in
      let recipe = try ToneProgram(path).recipe
      let run = try ToneProgram(path).run(in: "outputs")
      func problem(_ change: (inout Recipe) -> Void) -> String? {
        var changed = recipe
        change(&changed)
        return #expect(throws: RecipeError.self) {
          try TrainingRun(recipe: changed, folder: run, resume: false, listeners: [])
        }?.problem
      }
      #expect(problem { $0.batch = 0 } == "batch is 0, expected a whole number from 1 to 1024")
      #expect(problem { $0[.tone].strength = 2 } == "tone.strength is 2.0, expected a number above 0 and up to 1")
      #expect(
        problem { $0.generator.network.use(ResNetGenerator.self) } == "generator.network is resnet, expected tone")
      #expect(
        problem { $0.generator.network.use(ToneNetwork.self) { $0.width = 65 } }
          == "generator.width is 65, expected a whole number from 1 to 64")
      #expect(!FileManager.default.fileExists(atPath: run.root.path))
    }
  }
}
