import Foundation
import Images
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Records a run's loss values.
private final class LossRecorder: TrainingListener {
  private(set) var values: [Float] = []

  func receive(_ event: TrainingEvent) {
    if case .step(let step) = event { values += step.losses.map(\.value) }
  }
}

/// Runs with everything switched on that has state: batch norm's statistics, dropout's masks, the image pools, the
/// weights' averages, random sizes.
@Suite struct TrainingRunTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (index, domain) in ["trainA", "trainA", "trainA", "trainB", "trainB"].enumerated() {
      let random = Random(seed: 3, purpose: domain, step: index)
      let image = Image(width: 24, height: 24, channels: 3, pixels: (0..<24 * 24 * 3).map { random.uniform(at: $0) })
      try folder.add("\(domain)/\(index).png", image.encoded(as: .png, path: domain))
    }
  }

  private func recipe(_ objective: AdversarialLoss) -> Recipe {
    var recipe = Recipe()
    recipe.data.root = folder.url.path
    (recipe.data.loadSize, recipe.data.largestLoadSize, recipe.data.cropSize) = (18, 24, 16)
    recipe.generator.network.use(ResNetGenerator.self) {
      ($0.width, $0.blocks, $0.norm) = (4, 1, .batch)
      ($0.upsampling, $0.dropout) = (.resizeConvolution, true)
    }
    recipe.generator.average = 0.9
    recipe.discriminator.use(PixelDiscriminator.self) { ($0.width, $0.norm) = (4, .batch) }
    recipe.objective.adversarial = objective
    recipe.objective.pool = 3
    recipe.batch = 2
    recipe.schedule.steps = 9
    (recipe.output.checkpointEvery, recipe.output.sampleEvery) = (4, 3)
    return recipe
  }

  /// Trains in `outputs`, resuming after each of `stops`, and returns the losses of all parts.
  @discardableResult
  private func train(_ recipe: Recipe, in outputs: String, stops: [Int] = []) throws -> [Float] {
    let run = try RunFolder(name: "run", in: folder.url.appending(path: outputs))
    let losses = LossRecorder()
    for stop in stops + [recipe.schedule.steps] {
      var steps = run.checkpointSteps.last ?? 0
      let part = try TrainingRun(
        recipe: recipe, folder: run, resume: true, listeners: [losses, LossLog(file: run.losses)])
      let end = try part.run {
        steps += 1
        return steps == stop
      }
      #expect(end.step == stop)
    }
    return losses.values
  }

  @Test(arguments: [AdversarialLoss.vanilla, .hinge])
  func aStoppedRunGoesOnToTheSameBytes(_ objective: AdversarialLoss) throws {
    let recipe = recipe(objective)
    let losses = try train(recipe, in: "whole")
    #expect(losses.count == 9 * 8 && losses.allSatisfy { $0.isFinite })
    #expect(try train(recipe, in: "stopped", stops: [1, 3, 7]) == losses)
    let runs = ["whole", "stopped"].map { folder.url.appending(path: "\($0)/run") }
    #expect(try differences(between: runs[0], and: runs[1]) == [])
  }

  /// Contrastive training draws places, mirror images and augmentations, and its projections have an optimiser's state.
  @Test func aStoppedContrastiveRunGoesOnToTheSameBytes() throws {
    var recipe = Recipe(UnpairedProject<ContrastiveTranslation>.self)
    recipe.data = self.recipe(.leastSquares).data
    recipe.data.direction = .bToA
    recipe.generator.network.use(ResNetGenerator.self) { ($0.width, $0.blocks, $0.dropout) = (4, 1, true) }
    recipe.generator.average = 0.9
    recipe.discriminator.use(PixelDiscriminator.self) { $0.width = 4 }
    recipe.contrast.layers = ["downsampling1", "block1"]
    (recipe.contrast.patches, recipe.contrast.features) = (8, 4)
    (recipe.contrast.identity, recipe.contrast.mirror) = (false, true)
    recipe.augmentation.changes = DifferentiableAugmentation(color: true, translation: true, cutout: true)
    recipe.augmentation.probability = 0.7
    (recipe.objective.penalty.weight, recipe.objective.penalty.every) = (1, 3)
    (recipe.augmentation.adapts, recipe.augmentation.images, recipe.augmentation.target) = (true, 20, 0.1)
    (recipe.optimizer.discriminatorRate, recipe.optimizer.accumulate) = (2, 2)
    recipe.schedule.steps = 9
    (recipe.output.checkpointEvery, recipe.output.sampleEvery) = (4, 3)
    let losses = try train(recipe, in: "whole")
    #expect(losses.count == 9 * 3 + 3 && losses.allSatisfy { $0.isFinite })
    #expect(try train(recipe, in: "stopped", stops: [2, 6]) == losses)
    let runs = ["whole", "stopped"].map { folder.url.appending(path: "\($0)/run") }
    #expect(try differences(between: runs[0], and: runs[1]) == [])
    recipe.optimizer.discriminatorRate = 1
    #expect(try train(recipe, in: "rate") != losses)
  }

  /// Ranks that are threads: the first writes the folder, and all stop when one is asked to.
  @Test func stoppedRanksGoOnToTheSameBytes() throws {
    var recipe = recipe(.leastSquares)
    recipe.batch = 1
    func train(in outputs: String, ranks: Int, stops: [Int]) throws {
      let run = try RunFolder(name: "run", in: folder.url.appending(path: outputs))
      for stop in stops {
        let ends = try ThreadRank.run(ranks) { [recipe] ranks in
          let part = try TrainingRun(
            recipe: recipe, folder: run, resume: true, listeners: ranks.isFirst ? [LossLog(file: run.losses)] : [],
            ranks: ranks)
          var steps = run.checkpointSteps.last ?? 0
          ranks.barrier()
          return try part.run {
            steps += 1
            return ranks.rank == ranks.count - 1 && steps == stop
          }.step
        }
        #expect(ends == Array(repeating: stop, count: ranks))
      }
    }
    try train(in: "whole", ranks: 2, stops: [9])
    try train(in: "stopped", ranks: 2, stops: [3, 7, 9])
    let runs = ["whole", "stopped"].map { folder.url.appending(path: "\($0)/run") }
    #expect(try differences(between: runs[0], and: runs[1]) == [])
    try train(in: "stopped3", ranks: 3, stops: [3])
    #expect(
      try TrainingState(contentsOf: folder.url.appending(path: "stopped3/run/checkpoints/step-000003.safetensors"))
        .ranks == 3)
  }

  @Test func ranksEndWhenOneFails() throws {
    var recipe = recipe(.leastSquares)
    recipe.batch = 1
    struct FullDisk: Error {}
    final class Broken: TrainingListener {
      func receive(_ event: TrainingEvent) throws {
        if case .step(let step) = event, step.step == 2 { throw FullDisk() }
      }
    }
    let run = try RunFolder(name: "run", in: folder.url.appending(path: "broken"))
    let reasons = try ThreadRank.run(2) { [recipe] ranks -> String in
      do {
        _ = try TrainingRun(
          recipe: recipe, folder: run, resume: false, listeners: ranks.isFirst ? [Broken()] : [], ranks: ranks
        ).run()
        return "none"
      } catch {
        if ranks.isFirst { ranks.leave(hasFailed: true) }
        return "\(error)"
      }
    }
    #expect(reasons[0].contains("FullDisk") && reasons[1].hasPrefix("rank 0 on here has ended"), "\(reasons)")
  }

  @Test func switchesChangeTheRun() throws {
    let recipe = recipe(.hinge)
    let losses = try train(recipe, in: "whole")
    var others = [Recipe](repeating: recipe, count: 3)
    others[0].generator.network.use(ResNetGenerator.self) { $0.dropout = false }
    others[1].objective.pool = 0
    others[2].batch = 1
    for (index, other) in others.enumerated() {
      #expect(try train(other, in: "other\(index)") != losses)
    }
  }

  @Test func saysWhatToDoAboutADamagedCheckpoint() throws {
    let recipe = recipe(.vanilla)
    try train(recipe, in: "outputs")
    let run = try RunFolder(name: "run", in: folder.url.appending(path: "outputs"))
    for (step, remedy) in [(9, "delete it to go on from step 8"), (8, "delete it to begin again")] {
      let file = run.checkpoint(step: step)
      try Data(contentsOf: file).dropLast(100).write(to: file)
      let error = #expect(throws: (any Error).self) {
        try TrainingRun(recipe: recipe, folder: run, resume: true, listeners: [])
      }
      let message = try #require(error.map { String(describing: $0) })
      #expect(message.hasPrefix("\(file.relativePath): is truncated or damaged"), "\(message)")
      #expect(message.hasSuffix(remedy), "\(message)")
      try FileManager.default.removeItem(at: file)
    }
  }
}
