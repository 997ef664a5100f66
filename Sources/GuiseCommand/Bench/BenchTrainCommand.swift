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
    try recipe.validateForBench()
  }

  func run() throws {
    let recipe = recipe
    func measure(_ training: BenchTraining<some AdversarialTask>) throws {
      try options.measure("train \(task.rawValue)") { _ = training.step() }
    }
    switch task {
    case .cyclegan: try measure(BenchTraining<CycleGAN>(recipe))
    case .superResolution: try measure(BenchTraining(superResolution: recipe))
    case .paired: try measure(BenchTraining(paired: recipe))
    case .colorization: try measure(BenchTraining(colorization: recipe))
    }
  }

  private var recipe: Recipe {
    var recipe = Recipe(task)
    recipe.batch = options.batch
    (recipe.data.cropSize, recipe.data.loadSize) = (options.size, options.size)
    recipe.memory.recompute = recompute
    return recipe
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
  init(_ recipe: Recipe) {
    let (batch, size) = (recipe.batch, recipe.data.cropSize)
    self.init(
      CycleGAN(recipe), recipe,
      sample: UnpairedSample(
        a: BenchImages.array("A", batch: batch, size: size), b: BenchImages.array("B", batch: batch, size: size)))
  }
}

extension BenchTraining<SupervisedTranslation> {
  private init(_ task: SupervisedTranslation, _ recipe: Recipe, inputChannels: Int = 3, outputChannels: Int = 3) {
    let (batch, size) = (recipe.batch, recipe.data.cropSize)
    let scale = recipe.task == .superResolution ? recipe.generator.scale : 1
    self.init(
      task, recipe,
      sample: SupervisedSample(
        input: BenchImages.array("input", batch: batch, size: size / scale, channels: inputChannels),
        target: BenchImages.array("target", batch: batch, size: size, channels: outputChannels)))
  }

  init(superResolution recipe: Recipe) throws {
    self.init(try SuperResolution(recipe).task, recipe)
  }

  init(paired recipe: Recipe) throws {
    self.init(try PairedTranslation(recipe).task, recipe)
  }

  init(colorization recipe: Recipe) throws {
    self.init(try Colorization(recipe).task, recipe, inputChannels: 1, outputChannels: 2)
  }
}

extension Recipe {
  /// Throws where `data.cropSize` is none that the recipe's networks take.
  func validateForBench() throws {
    do {
      try validate(origin: "--size \(data.cropSize)")
    } catch {
      throw ValidationError("\(error)")
    }
  }
}
