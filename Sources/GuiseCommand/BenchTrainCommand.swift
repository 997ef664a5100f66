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
    try BenchTraining.validate(size: options.size)
  }

  func run() throws {
    let training = BenchTraining(task, batch: options.batch, size: options.size, recompute: recompute)
    try options.measure("train \(task.rawValue)") {
      _ = training.step()
    }
  }
}

/// A task's default recipe on random images.
struct BenchTraining {
  let sample: UnpairedSample
  let trainer: Trainer<CycleGAN>

  static func validate(size: Int) throws {
    guard size >= 24 else {
      throw ValidationError("--size is \(size), too small for the discriminator: expected at least 24")
    }
  }

  init(_ task: Recipe.Task, batch: Int, size: Int, recompute: Bool = false) {
    var recipe = Recipe()
    recipe.task = task
    recipe.batch = batch
    recipe.memory.recompute = recompute
    let rate = recipe.optimizer.learningRate
    trainer = Trainer(
      CycleGAN(recipe), optimizer: recipe.optimizer,
      schedule: LinearDecay(learningRate: rate, constantSteps: .max, decaySteps: 0), memory: recipe.memory,
      seed: recipe.seed)
    sample = UnpairedSample(
      a: BenchImages.array("A", batch: batch, size: size), b: BenchImages.array("B", batch: batch, size: size))
  }

  func step() -> [(name: String, value: Float)] { trainer.step(sample).losses }
}
