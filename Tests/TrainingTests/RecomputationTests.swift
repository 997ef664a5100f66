import Datasets
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

@Suite struct RecomputationTests {
  private static func recipe() -> Recipe {
    var recipe = Recipe()
    recipe.generator.network.use(ResNetGenerator.self) { ($0.width, $0.blocks) = (4, 3) }
    recipe.discriminator.use(PatchDiscriminator.self) { ($0.width, $0.layers) = (4, 2) }
    return recipe
  }

  private static func sample(_ step: Int) -> UnpairedSample {
    UnpairedSample(
      a: randomValues(shape: [1, 32, 32, 3], "A \(step)"), b: randomValues(shape: [1, 32, 32, 3], "B \(step)"))
  }

  /// Every loss of three steps, every weight and statistic afterwards, and the number of blocks recomputed.
  private func train(_ recipe: Recipe) throws -> (losses: [Float], values: [NDArray], recomputations: Int) {
    let trainer = Trainer(
      try CycleGAN(recipe), plan: try .constant(steps: 3), optimizer: recipe.optimizer, memory: recipe.memory, seed: 1)
    let profile = Profile()
    let losses = profile.record { (0..<3).flatMap { trainer.step(Self.sample($0)).losses.map(\.value) } }
    let networks = (trainer.task.generators + trainer.task.discriminators).map(\.network)
    return (
      losses,
      networks.flatMap { $0.parameters.map(\.value) + $0.namedStatistics.map(\.statistic.value) },
      profile.entries.first { $0.operation == "Recomputation" }?.calls ?? 0
    )
  }

  @Test(arguments: Norm.allCases, ResNetGenerator.Residual.allCases)
  func trainingIsTheSameBits(_ norm: Norm, residual: ResNetGenerator.Residual) throws {
    for dropout in [false, true] { try expectTheSameBits(norm, residual, dropout: dropout) }
  }

  private func expectTheSameBits(_ norm: Norm, _ residual: ResNetGenerator.Residual, dropout: Bool) throws {
    var recipe = Self.recipe()
    recipe.generator.network.use(ResNetGenerator.self) {
      ($0.norm, $0.residual, $0.dropout) = (norm, residual, dropout)
    }
    recipe.discriminator.use(PatchDiscriminator.self) { $0.norm = norm }
    let plain = try train(recipe)
    recipe.memory.recompute = true
    let again = try train(recipe)
    #expect(plain.losses.count == 3 * 8 && plain.losses.allSatisfy(\.isFinite))
    // With batch norm, identity images take passes of their own instead of sharing a batch.
    #expect(plain.recomputations == 0 && again.recomputations == 3 * 3 * (norm == .batch ? 6 : 4))
    #expect(plain.losses == again.losses)
    #expect(plain.values == again.values)
  }

  /// Runs in its own process, where nothing else allocates buffers.
  @Test func residualBlocksKeepOnlyTheirInputs() async {
    await #expect(processExitsWith: .success) {
      /// The bytes that the generators' graphs hold.
      func heldBytes(blocks: Int, recomputing: Bool) throws -> Int {
        var recipe = RecomputationTests.recipe()
        recipe.generator.network.use(ResNetGenerator.self) { $0.blocks = blocks }
        // Identity images would make batches larger.
        recipe.objective.identity = 0
        let task = try CycleGAN(recipe)
        let sample = RecomputationTests.sample(0)
        func pass() -> Losses {
          TrainingContext.run(seed: 1, step: 1, recomputesActivations: recomputing) {
            task.generatorLosses(sample, task.translations(of: sample), phase: .adversarial)
          }
        }
        // The first pass also transforms the weights for the convolutions, and keeps the result.
        _ = pass()
        let before = ArrayMemory.liveBytes
        return withExtendedLifetime(pass()) { ArrayMemory.liveBytes - before }
      }
      // The size of one activation, 8 x 8 x 16 values: a block has its input, its convolutions' results and its norms'
      // results.
      let activation = 8 * 8 * 16 * 4
      let plain = try heldBytes(blocks: 4, recomputing: false) - heldBytes(blocks: 2, recomputing: false)
      let spared = try heldBytes(blocks: 4, recomputing: true) - heldBytes(blocks: 2, recomputing: true)
      // Four passes through a generator, with two more blocks in each.
      #expect(plain >= 4 * 2 * 3 * activation)
      #expect(spared >= 4 * 2 * activation && spared < 4 * 2 * 3 * activation / 2)
    }
  }
}
