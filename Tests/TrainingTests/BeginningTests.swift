import Checkpoints
import Foundation
import Images
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Unpaired runs that begin with the networks of another.
@Suite struct BeginningTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (index, domain) in ["trainA", "trainA", "trainB", "trainB"].enumerated() {
      let random = Random(seed: 3, purpose: domain, step: index)
      let image = Image(width: 24, height: 24, channels: 3, pixels: (0..<24 * 24 * 3).map { random.uniform(at: $0) })
      try folder.add("\(domain)/\(index).png", image.encoded(as: .png, path: domain))
    }
  }

  private func recipe(_ task: any TrainingProject.Type = CycleGANProject.self) -> Recipe {
    var recipe = Recipe(task)
    recipe.data.root = folder.url.path
    (recipe.data.loadSize, recipe.data.cropSize) = (18, 16)
    recipe.generator.network.use(ResNetGenerator.self) { ($0.width, $0.blocks) = (2, 1) }
    recipe.discriminator.use(PixelDiscriminator.self) { $0.width = 2 }
    recipe.contrast.layers = ["block1"]
    (recipe.contrast.patches, recipe.contrast.features) = (8, 4)
    recipe.schedule.steps = 3
    return recipe
  }

  private func run(_ name: String) throws -> RunFolder {
    try RunFolder(name: name, in: folder.url.appending(path: "outputs"))
  }

  private func parameters(_ task: some TrainingTask) -> [String: [NDArray]] {
    Dictionary(
      uniqueKeysWithValues: (task.generators + task.discriminators).map {
        ($0.name, $0.network.parameters.map(\.value))
      })
  }

  private func train(_ recipe: Recipe, _ name: String) throws -> RunFolder {
    let run = try run(name)
    _ = try TrainingRun(recipe: recipe, folder: run, resume: false, listeners: []).run()
    return run
  }

  @Test func anotherRunsNetworksAreTaken() throws {
    let first = try train(recipe(), "first")
    var second = recipe()
    second.seed = 9
    let fresh = try parameters(CycleGAN(second))
    second.generator.initial = first.root.path
    let project = try CycleGANProject(second)
    let taken = parameters(project.task)
    let state = try TrainingState(contentsOf: first.checkpoint(step: 3))
    #expect(taken.count == 4)
    for (name, values) in taken {
      #expect(values != fresh[name])
      #expect(
        values.allSatisfy { value in state.arrays.contains { $0.name.hasPrefix(name + ".") && $0.array == value } })
    }
    let told = try second.begin(project.task.discriminators)
    #expect(told.count == 2 && told[0].hasPrefix("discriminatorA begins with the newest checkpoint"))
    // Another discriminator cannot be taken.
    second.discriminator.use(PixelDiscriminator.self) { $0.width = 3 }
    let other = try CycleGANProject(second)
    #expect(parameters(other.task)["AtoB"] == taken["AtoB"])
    #expect(try second.begin(other.task.discriminators)[1].hasPrefix("discriminatorB begins anew"))
  }

  @Test func filesOfEachDirectionAreTaken() throws {
    let first = try train(recipe(), "first")
    var second = recipe()
    second.seed = 9
    second.generator.initialBtoA = first.model("BtoA").path
    let (fresh, taken) = try (
      parameters(CycleGAN(recipe())), parameters(CycleGAN(second))
    )
    let file = try ModelFile(contentsOf: first.model("BtoA")).generator()
    #expect(taken["BtoA"] == file.parameters.map(\.value) && taken["AtoB"] != fresh["AtoB"])
    second.generator.initialBtoA = ""
    second.generator.initial = first.model("BtoA").path
    let error = #expect(throws: RecipeProblem.self) { try CycleGAN(second) }
    #expect(error?.problem.contains("generator.initialAtoB and generator.initialBtoA") == true)
    second.generator.initial = folder.url.path
    let none = #expect(throws: RecipeProblem.self) { try CycleGAN(second) }
    #expect(none?.problem.contains("AtoB.safetensors, latest_net_G_A.pth") == true)
  }

  /// The files are not there any more when the run goes on.
  @Test func resumingDoesNotNeedThem() throws {
    for task in [CycleGANProject.self as any TrainingProject.Type, UnpairedProject<ContrastiveTranslation>.self] {
      let first = try train(recipe(task), "first-\(task.name)")
      var second = recipe(task)
      second.generator.initial = first.root.path
      let whole = try train(second, "whole-\(task.name)")
      let stopped = try run("stopped-\(task.name)")
      var steps = 0
      _ = try TrainingRun(recipe: second, folder: stopped, resume: false, listeners: []).run {
        steps += 1
        return steps == 1
      }
      try FileManager.default.removeItem(at: first.root)
      _ = try TrainingRun(recipe: second, folder: stopped, resume: true, listeners: []).run()
      let states = try [whole, stopped].map {
        try TrainingState(contentsOf: $0.checkpoint(step: 3)).arrays.map(\.array)
      }
      #expect(states[0] == states[1])
    }
  }
}
