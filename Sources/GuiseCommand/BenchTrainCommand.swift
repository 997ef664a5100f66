import ArgumentParser
import Datasets
import Layers
import Training

extension Recipe.Task: ExpressibleByArgument {}

struct BenchTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Time the training steps of a task's default recipe on random images.",
    discussion: "Example: guise bench train --task cyclegan --size 256 --repeats 4 --json")

  @Option(help: "What is trained.")
  var task = Recipe.Task.cyclegan

  @Flag(help: "Compute residual blocks again for their gradients, as memory.recompute does in a recipe.")
  var recompute = false

  @OptionGroup var options: BenchOptions

  func validate() throws {
    switch task {
    case .cyclegan: try BenchTraining<CycleGAN>.validate(size: options.size)
    case .superResolution: try BenchTraining<SuperResolution>.validate(size: options.size)
    }
  }

  func run() throws {
    var recipe = Recipe(task)
    recipe.batch = options.batch
    recipe.data.cropSize = options.size
    recipe.memory.recompute = recompute
    func measure(_ training: BenchTraining<some AdversarialTask>) throws {
      try options.measure("train \(task.rawValue)") { _ = training.step() }
    }
    switch task {
    case .cyclegan: try measure(BenchTraining<CycleGAN>(recipe))
    case .superResolution: try measure(BenchTraining<SuperResolution>(recipe))
    }
  }
}

/// Adversarial steps of a recipe on random images of `data.cropSize`.
struct BenchTraining<Task: AdversarialTask> {
  let sample: Task.Batch
  let trainer: Trainer<Task>

  private init(_ task: Task, _ recipe: Recipe, sample: Task.Batch) {
    let constant = MilestoneDecay(learningRate: recipe.optimizer.learningRate, milestones: [], factor: 1)
    trainer = Trainer(
      task, plan: TrainingPlan([TrainingPhase(.adversarial, steps: .max, schedule: constant)]),
      optimizer: recipe.optimizer, memory: recipe.memory, seed: recipe.seed)
    self.sample = sample
  }

  func step() -> [(name: String, value: Float)] { trainer.step(sample).losses }
}

extension BenchTraining<CycleGAN> {
  static func validate(size: Int) throws {
    guard size >= 24 else {
      throw ValidationError("--size is \(size), too small for the discriminator: expected at least 24")
    }
  }

  init(_ recipe: Recipe) {
    let (batch, size) = (recipe.batch, recipe.data.cropSize)
    self.init(
      CycleGAN(recipe), recipe,
      sample: UnpairedSample(
        a: BenchImages.array("A", batch: batch, size: size), b: BenchImages.array("B", batch: batch, size: size)))
  }
}

extension BenchTraining<SuperResolution> {
  static func validate(size: Int) throws {
    guard size % 32 == 0 else {
      throw ValidationError("--size is \(size), expected a multiple of 32 for the discriminator")
    }
  }

  init(_ recipe: Recipe) throws {
    let (batch, size) = (recipe.batch, recipe.data.cropSize)
    self.init(
      try SuperResolution(recipe), recipe,
      sample: SuperResolutionSample(
        small: BenchImages.array("small", batch: batch, size: size / recipe.generator.scale),
        large: BenchImages.array("large", batch: batch, size: size)))
  }
}
