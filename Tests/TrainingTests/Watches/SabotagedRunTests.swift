import Foundation
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Runs in which something goes wrong, each of which is called by its name.
@Suite struct SabotagedRunTests {
  private let run: WatchedRun

  init() throws {
    run = try WatchedRun()
    try run.addDomains()
  }

  private func recipe(_ sabotage: Sabotage, steps: Int = 300) -> Recipe {
    var recipe = Recipe(SabotagedProject.self)
    recipe.data.root = run.folder.url.path
    (recipe.data.loadSize, recipe.data.cropSize) = (32, 32)
    recipe.generator.network.use(SabotagedNetwork.self) { $0.sabotage = sabotage }
    recipe.discriminator.use(PatchDiscriminator.self) { ($0.width, $0.layers) = (8, 1) }
    recipe.objective.pool = 0
    recipe.schedule.steps = steps
    (recipe.output.sampleEvery, recipe.output.checkpointEvery) = (1000, 50)
    return recipe
  }

  private func names(_ notices: [String]) -> Set<String> {
    let words = [
      "has won", "is blind", "have vanished", "have burst", "has collapsed", "are inverted", "drift", "a checkerboard",
      "a frame", "by heart",
    ]
    return Set(words.filter { word in notices.contains { $0.contains(word) } })
  }

  @Test(arguments: [
    (Sabotage.constant, "has collapsed"), (.inverted, "are inverted"), (.tinted, "drift"),
    (.checkerboard, "a checkerboard"), (.frame, "a frame"), (.zeroedGradients, "have vanished"),
    (.vanishingGradients, "have vanished"), (.burstingGradients, "have burst"),
  ])
  func isCalledByItsName(_ sabotage: Sabotage, _ name: String) throws {
    let (notices, error) = try run.train(recipe(sabotage))
    #expect(error == nil)
    #expect(names(notices).contains(name), "\(notices)")
    // Once for each network.
    let told = notices.filter { $0.contains(name) }
    #expect(told.count <= 2 && told.allSatisfy { $0.contains("since step") }, "\(notices)")
  }

  @Test func aDiscriminatorThatWonIsNamed() throws {
    var recipe = recipe(.frozenGenerators)
    recipe.discriminator.use(PatchDiscriminator.self) { ($0.width, $0.layers) = (16, 2) }
    recipe.optimizer.learningRate = 0.002
    recipe.batch = 2
    let (notices, error) = try run.train(recipe)
    #expect(error == nil && notices.contains { $0.contains("has won") }, "\(notices) \(run.lastMeasures)")
  }

  @Test func aHugeRateEndsTheRunInWords() throws {
    var recipe = recipe(.none)
    recipe.optimizer.learningRate = 1e12
    let (notices, error) = try run.train(recipe)
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains("training diverged") && text.contains("lower learning rate"), "\(text)")
    #expect(notices.contains { $0.contains("training ends here") }, "\(notices)")
  }

  @Test func aValueThatIsNoNumberIsFoundInItsParameter() throws {
    let (_, error) = try run.train(recipe(.plantedNaN))
    guard case .diverged(let divergence) = try #require(error as? TrainingError) else { return }
    guard case .result(let origin) = divergence.cause else {
      Issue.record("\(divergence)")
      return
    }
    #expect(divergence.step == 100 && divergence.checkpoint == 50)
    #expect(origin.variable == "BtoA.first.weight" && origin.operation == "Convolution")
    // Two images, of the target domain too.
    #expect(origin.shape == [2, 32, 32, 3])
    #expect("\(divergence)".contains("The checkpoint of step 50"), "\(divergence)")
    let folder = try RunFolder(name: "run", in: run.folder.url)
    let state = try TrainingState(contentsOf: folder.checkpoint(step: 50))
    #expect(state.arrays.allSatisfy { $0.array.scalars.allSatisfy(\.isFinite) })
  }

  /// The discriminator sees two images of each domain over and over again.
  @Test func trainingImagesKnownByHeartAreNoticed() throws {
    let run = try WatchedRun()
    try run.addDomains(count: 2)
    try run.addDomains("test", count: 12)
    var recipe = recipe(.frozenGenerators)
    recipe.data.root = run.folder.url.path
    recipe.data.flip = false
    recipe.discriminator.use(PatchDiscriminator.self) { ($0.width, $0.layers) = (32, 2) }
    recipe.optimizer.learningRate = 0.001
    let (notices, error) = try run.train(recipe)
    #expect(error == nil && notices.contains { $0.contains("training images by heart") }, "\(notices)")
  }
}
