import Foundation
import Images
import Models
import TestSupport
import Testing
import Training

/// Runs in which nothing is wrong, of which nothing is told.
@Suite struct HealthyRunTests {
  private let run: WatchedRun

  init() throws {
    run = try WatchedRun()
  }

  private func finish(_ recipe: inout Recipe) {
    recipe.data.root = run.folder.url.path
    recipe.discriminator.use(PatchDiscriminator.self) { ($0.width, $0.layers) = (8, 1) }
    recipe.schedule.steps = 300
    (recipe.output.sampleEvery, recipe.output.checkpointEvery, recipe.output.validateEvery) = (1000, 1000, 1000)
  }

  @Test(arguments: [ResNetGenerator.Upsampling.transposed, .resizeConvolution])
  func unpaired(_ upsampling: ResNetGenerator.Upsampling) throws {
    try run.addDomains()
    try run.addDomains("test", count: 8)
    var recipe = Recipe(CycleGANProject.self)
    (recipe.data.loadSize, recipe.data.cropSize) = (36, 32)
    recipe.generator.network.use(ResNetGenerator.self) { ($0.width, $0.blocks, $0.upsampling) = (8, 2, upsampling) }
    recipe.optimizer.learningRate = 0.001
    finish(&recipe)
    let (notices, error) = try run.train(recipe)
    #expect(error == nil && notices.isEmpty, "\(notices)")
  }

  @Test func paired() throws {
    for index in 0..<12 {
      let picture = WatchedRun.picture("paired", index)
      let split = index < 8 ? "train" : "test"
      try run.add(picture, "\(split)A/\(index).png")
      try run.add(WatchedRun.recolored(picture), "\(split)B/\(index).png")
    }
    var recipe = Recipe(PairedProject.self)
    (recipe.data.loadSize, recipe.data.cropSize) = (36, 32)
    recipe.generator.network.use(UNetGenerator.self) { ($0.width, $0.downsamplings) = (8, 5) }
    recipe.optimizer.learningRate = 0.001
    finish(&recipe)
    let (notices, error) = try run.train(recipe)
    #expect(error == nil && notices.isEmpty, "\(notices)")
  }

  @Test func superResolution() throws {
    for index in 0..<8 { try run.add(WatchedRun.picture("photo", index, size: 48), "\(index).png") }
    var recipe = Recipe(SuperResolutionProject.self)
    recipe.data.cropSize = 32
    recipe.generator.network.use(MSRResNet.self) { ($0.width, $0.blocks) = (8, 1) }
    (recipe.pixelPhase.steps, recipe.adversarialPhase.steps) = (150, 150)
    recipe.pixelPhase.rate.learningRate = 0.001
    recipe.batch = 2
    finish(&recipe)
    let (notices, error) = try run.train(recipe)
    #expect(error == nil && notices.isEmpty, "\(notices)")
  }
}
