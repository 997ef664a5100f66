import Collectives
import Datasets
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

/// A step of several ranks is that of one rank on all of their images, but for rounding. The ranks are threads.
@Suite(.serialized) struct RankTests {
  private static let steps = 10

  private struct Outcome: Sendable {
    var losses: [[Float]] = []
    var weights: [(name: String, value: NDArray)] = []
    var memory: [NDArray] = []
  }

  /// Ten steps on random images of 16 pixels a side, or 64 for discriminators that need them.
  private func train<Task: TrainingTask>(
    _ task: Task, _ recipe: Recipe, _ ranks: any Collective, batch: (_ places: Range<Int>) -> Task.Batch
  ) throws -> Outcome {
    let kind = recipe.task.phases(of: recipe, stepsPerEpoch: 1).last?.kind ?? .adversarial
    let constant = MilestoneDecay(learningRate: 0.0002, milestones: [], factor: 1)
    let trainer = Trainer(
      task, plan: try TrainingPlan([TrainingPhase(kind, steps: Self.steps, schedule: constant)]),
      optimizer: recipe.optimizer, seed: 1, ranks: ranks)
    var outcome = Outcome()
    for step in 0..<Self.steps {
      let own = recipe.batch * recipe.optimizer.accumulate
      let first = (step * ranks.count + ranks.rank) * own
      let batches = (0..<recipe.optimizer.accumulate).map { place in
        batch(first + place * recipe.batch..<first + (place + 1) * recipe.batch)
      }
      outcome.losses.append(trainer.step(batches).losses.map(\.value))
    }
    // Biases before norms have no gradient but rounding, which Adam enlarges.
    outcome.weights = (task.generators + task.discriminators).flatMap { network in
      network.network.namedParameters.filter { $0.name.hasSuffix("weight") }
        .map { ("\(network.name).\($0.name)", $0.parameter.value) }
        + network.network.namedStatistics.map { ("\(network.name).\($0.name)", $0.statistic.value) }
    }
    outcome.memory = task.memory.map(\.array)
    return outcome
  }

  /// Expects what one rank computes on all of a step's images, at once and, unless it gathers several batches itself, on one
  /// batch after the other.
  ///
  /// - Parameter takesMomentsOfAll: whether batch norm goes by all ranks' images, which one rank sees at once only.
  private func expectEqual<Task: TrainingTask & SendableMetatype>(
    _ recipe: Recipe, ranks: Int, accumulated: Int = 1, takesMomentsOfAll: Bool = false,
    _ make: @Sendable @escaping (Recipe) throws -> Task, batch: @Sendable @escaping (Range<Int>) -> Task.Batch
  ) throws {
    var (whole, parts, own) = (recipe, recipe, recipe)
    whole.batch = 4
    (parts.batch, parts.optimizer.accumulate) = (4 / ranks / accumulated, ranks * accumulated)
    (own.batch, own.optimizer.accumulate, own.ranks) = (parts.batch, accumulated, ranks)
    let results = try ThreadRank.run(ranks) { [own] rank in try train(make(own), own, rank, batch: batch) }
    for result in results {
      // Bit by bit.
      #expect(result.losses == results[0].losses && result.memory == results[0].memory)
      #expect(result.weights.map(\.value) == results[0].weights.map(\.value))
    }
    expectEqual(results[0], try train(make(whole), whole, SoleRank.shared, batch: batch))
    if takesMomentsOfAll || accumulated > 1 { return }
    expectEqual(results[0], try train(make(parts), parts, SoleRank.shared, batch: batch))
  }

  private func expectEqual(_ actual: Outcome, _ expected: Outcome) {
    expectLosses(actual.losses, expected.losses, tolerance: 1e-4)
    for (weight, expected) in zip(actual.weights, expected.weights) {
      expectClose(weight.value, expected.value, tolerance: 1e-3, weight.name)
    }
    #expect(actual.memory.count == expected.memory.count)
    for (array, expected) in zip(actual.memory, expected.memory) {
      expectClose(array, expected, tolerance: 1e-3, "memory")
    }
  }

  private func expectLosses(_ actual: [[Float]], _ expected: [[Float]], tolerance: Float) {
    #expect(actual.map(\.count) == expected.map(\.count))
    for (step, losses) in zip(actual, expected).enumerated() {
      for (loss, expected) in zip(losses.0, losses.1) {
        #expect(
          abs(loss - expected) <= tolerance * max(1, abs(expected)), "step \(step): \(loss) instead of \(expected)")
      }
    }
  }

  private static func images(_ purpose: String, _ places: Range<Int>, size: Int, channels: Int = 3) -> NDArray {
    let images = places.map { place in
      Tensor(randomValues(shape: [1, size, size, channels], "\(purpose) \(place)")).hyperbolicTangent()
    }
    return concatenated(images, axis: 0).value
  }

  private func unpairedRecipe(_ task: any TrainingProject.Type) -> Recipe {
    var recipe = Recipe(task)
    recipe.generator.network.use(ResNetGenerator.self) { ($0.width, $0.blocks) = (4, 1) }
    recipe.discriminator.use(PatchDiscriminator.self) { ($0.width, $0.layers) = (4, 1) }
    recipe.contrast.layers = ["downsampling1", "block1"]
    (recipe.contrast.patches, recipe.contrast.features) = (8, 8)
    recipe.augmentation.changes = DifferentiableAugmentation(color: true, translation: true, cutout: true)
    recipe.augmentation.probability = 0.5
    return recipe
  }

  @Test(arguments: [(2, 1), (4, 1), (2, 2), (1, 4)])
  func cycleGANWithPoolsAndAugmentation(ranks: Int, accumulated: Int) throws {
    var recipe = unpairedRecipe(CycleGANProject.self)
    recipe.objective.pool = 6
    try expectEqual(recipe, ranks: ranks, accumulated: accumulated) {
      try CycleGAN($0)
    } batch: {
      UnpairedSample(a: Self.images("A", $0, size: 16), b: Self.images("B", $0, size: 16))
    }
  }

  @Test(arguments: [(2, 1), (4, 1), (2, 2)])
  func contrastiveTranslation(ranks: Int, accumulated: Int) throws {
    var recipe = unpairedRecipe(UnpairedProject<ContrastiveTranslation>.self)
    // From this seed, no activation comes so close to a rectifier's edge within ten steps that rounding decides its side.
    recipe.seed = 5
    (recipe.contrast.mirror, recipe.augmentation.adapts, recipe.augmentation.images) = (true, true, 100)
    try expectEqual(recipe, ranks: ranks, accumulated: accumulated) {
      try ContrastiveTranslation($0)
    } batch: {
      UnpairedSample(a: Self.images("A", $0, size: 16), b: Self.images("B", $0, size: 16))
    }
  }

  private func supervised(_ recipe: Recipe) throws -> SupervisedTranslation {
    func task<Project: TrainingProject>(_ project: Project.Type) throws -> SupervisedTranslation {
      try #require(try project.benchmark(recipe)?.task as? SupervisedTranslation)
    }
    return try task(recipe.task)
  }

  /// With batch norm over all ranks, and dropout.
  @Test(arguments: [2, 4]) func pairedTranslation(ranks: Int) throws {
    var recipe = Recipe(PairedProject.self)
    recipe.generator.network.use(ResNetGenerator.self) {
      ($0.width, $0.blocks, $0.norm, $0.dropout) = (4, 1, .batch, true)
    }
    recipe.discriminator.use(PatchDiscriminator.self) { ($0.width, $0.layers, $0.norm) = (4, 1, .batch) }
    recipe.optimizer.batchNorm = .synchronised
    (recipe.data.cropSize, recipe.data.loadSize) = (32, 32)
    try expectEqual(recipe, ranks: ranks, takesMomentsOfAll: true, supervised) {
      SupervisedSample(input: Self.images("A", $0, size: 32), target: Self.images("B", $0, size: 32))
    }
  }

  @Test(arguments: [2, 4]) func superResolution(ranks: Int) throws {
    var recipe = Recipe(SuperResolutionProject.self)
    recipe.generator.network.use(SRResNet.self) { ($0.width, $0.blocks, $0.scale) = (4, 1, 2) }
    recipe.discriminator.use(PatchDiscriminator.self) { ($0.width, $0.layers, $0.norm) = (4, 1, .instance) }
    recipe.optimizer.batchNorm = .synchronised
    recipe.features.file = ""
    recipe.data.cropSize = 32
    try expectEqual(recipe, ranks: ranks, takesMomentsOfAll: true, supervised) {
      SupervisedSample(input: Self.images("A", $0, size: 16), target: Self.images("B", $0, size: 32))
    }
  }

  @Test(arguments: [2, 4]) func colorization(ranks: Int) throws {
    var recipe = Recipe(ColorizationProject.self)
    recipe.generator.network.use(UNetGenerator.self) { ($0.width, $0.downsamplings, $0.norm) = (4, 3, .instance) }
    recipe.discriminator.use(PatchDiscriminator.self) { ($0.width, $0.layers, $0.norm) = (4, 1, .instance) }
    recipe.data.cropSize = 32
    try expectEqual(recipe, ranks: ranks, supervised) {
      SupervisedSample(
        input: Self.images("A", $0, size: 32, channels: 1), target: Self.images("B", $0, size: 32, channels: 2))
    }
  }

  @Test func otherImagesOfOneRankChangeAllRanks() throws {
    let recipe = unpairedRecipe(CycleGANProject.self)
    func train(_ purpose: String) throws -> [NDArray] {
      try ThreadRank.run(2) { ranks in
        try self.train(CycleGAN(recipe), recipe, ranks) { places in
          let own = ranks.isFirst ? "A" : purpose
          return UnpairedSample(a: Self.images(own, places, size: 16), b: Self.images("B", places, size: 16))
        }
      }[0].weights.map(\.value)
    }
    #expect(try train("A") != train("other"))
    #expect(try train("A") == train("A"))
  }

  @Test func normsOfSeveralRanksTrainThroughTheirMoments() throws {
    // The gradient of a batch's images passes through the moments of all.
    let images = Self.images("norm", 0..<4, size: 4)
    @Sendable func gradients(_ own: Range<Int>, _ ranks: (any Collective)?) -> (output: NDArray, gradient: NDArray) {
      let norm = BatchNorm2D(3)
      let input = Tensor(variable: Tensor(images).sliced(axis: 0, range: own).value)
      let output = TrainingContext.run(seed: 1, step: 1, normRanks: ranks) { norm(input) }
      let weights = Tensor(Self.images("weights", own, size: 4))
      return (output.value, Tensors.gradients(of: (output * weights).sum(), withRespectTo: [input])[0].value)
    }
    let whole = gradients(0..<4, nil)
    let parts = try ThreadRank.run(2) { ranks -> (NDArray, NDArray) in
      gradients(2 * ranks.rank..<2 * ranks.rank + 2, ranks)
    }
    for (rank, part) in parts.enumerated() {
      let own = 2 * rank..<2 * rank + 2
      expectClose(part.0, Tensor(whole.output).sliced(axis: 0, range: own).value, tolerance: 1e-5, "output")
      expectClose(part.1, Tensor(whole.gradient).sliced(axis: 0, range: own).value, tolerance: 1e-4, "gradient")
    }
  }
}
