import Datasets
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Threads
import Training

/// Training gives the same bytes on any number of threads.
@Suite(.serialized) struct TrainingThreadsTests {
  @Test func tenStepsAreTheSame() throws {
    let count = ThreadPool.threadCount
    defer { ThreadPool.threadCount = count }
    let results = try [1, 2, 3].map { threads in
      ThreadPool.threadCount = threads
      return try weightsAfterTenSteps()
    }
    #expect(results[1] == results[0])
    #expect(results[2] == results[0])
  }

  private func weightsAfterTenSteps() throws -> [NDArray] {
    var recipe = Recipe()
    recipe.generator.network.use(ResNetGenerator.self) { ($0.width, $0.blocks) = (16, 1) }
    recipe.discriminator.use(PatchDiscriminator.self) { ($0.width, $0.layers) = (16, 2) }
    let task = try CycleGAN(recipe)
    let trainer = Trainer(
      task, plan: try .constant(steps: 10), optimizer: recipe.optimizer, seed: 1)
    let sample = UnpairedSample(
      a: randomValues(shape: [1, 64, 64, 3], "A"), b: randomValues(shape: [1, 64, 64, 3], "B"))
    for _ in 0..<10 { _ = trainer.step(sample) }
    return (task.generators + task.discriminators).flatMap { $0.network.parameters.map(\.value) }
  }
}
