import Datasets
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

/// A step on several batches is that on all of their images at once, but for rounding.
@Suite struct AccumulationTests {
  private func batch(_ places: Range<Int>) -> UnpairedSample {
    func images(_ domain: String) -> NDArray {
      Tensor(randomValues(shape: [4, 16, 16, 3], domain)).hyperbolicTangent().sliced(axis: 0, range: places).value
    }
    return UnpairedSample(a: images("A"), b: images("B"))
  }

  private func recipe(_ task: any TrainingProject.Type) -> Recipe {
    var recipe = Recipe(task)
    recipe.generator.network.use(ResNetGenerator.self) { ($0.width, $0.blocks) = (4, 1) }
    recipe.discriminator.use(PatchDiscriminator.self) { ($0.width, $0.layers) = (4, 1) }
    recipe.objective.pool = 0
    (recipe.objective.penalty.weight, recipe.objective.penalty.every) = (1, 1)
    // All places of the layers, so that draws play no part.
    (recipe.contrast.layers, recipe.contrast.patches) = (["image", "block1"], 4096)
    return recipe
  }

  /// The losses of three steps, and the weights after them.
  private func train<Task: UnpairedTask>(
    _ task: Task, _ recipe: Recipe, _ batches: [UnpairedSample]
  ) throws -> (losses: [Float], weights: [NDArray]) {
    let trainer = Trainer(task, plan: try .constant(steps: 3), optimizer: recipe.optimizer, seed: 1)
    let losses = (0..<3).flatMap { _ in trainer.step(batches).losses.map(\.value) }
    // Biases before norms have no gradient but rounding.
    return (
      losses,
      (task.generators + task.discriminators).flatMap { $0.network.namedParameters }
        .filter { $0.name.hasSuffix("weight") }.map(\.parameter.value)
    )
  }

  private func expectEqual<Task: UnpairedTask>(_ type: Task.Type) throws {
    let recipe = recipe(UnpairedProject<Task>.self)
    let whole = try train(Task(recipe), recipe, [batch(0..<4)])
    for parts in [[0..<2, 2..<4], [0..<1, 1..<2, 2..<3, 3..<4]] {
      let accumulated = try train(Task(recipe), recipe, parts.map { batch($0) })
      #expect(accumulated.losses.count == whole.losses.count)
      for (loss, expected) in zip(accumulated.losses, whole.losses) {
        #expect(abs(loss - expected) <= 2e-4 * abs(expected), "\(loss) instead of \(expected)")
      }
      for (weight, expected) in zip(accumulated.weights, whole.weights) {
        expectClose(weight, expected, tolerance: 5e-3, "\(type)")
      }
    }
    // Two batches are not just the first of them.
    let first = try train(Task(recipe), recipe, [batch(0..<2)])
    #expect(zip(first.losses, whole.losses).contains { abs($0 - $1) > 1e-3 * abs($1) })
  }

  @Test func whereGeneratorsLearnFirst() throws { try expectEqual(CycleGAN.self) }

  @Test func whereDiscriminatorsLearnFirst() throws { try expectEqual(ContrastiveTranslation.self) }

  @Test func anEpochTakesFewerSteps() throws {
    var recipe = Recipe()
    (recipe.batch, recipe.optimizer.accumulate) = (2, 3)
    (recipe.schedule.epochs, recipe.schedule.decayEpochs) = (1, 1)
    let plan = try TrainingPlan(recipe, imagesPerEpoch: 30)
    #expect((plan.stepsPerEpoch, plan.totalSteps) == (5, 10))
  }
}
