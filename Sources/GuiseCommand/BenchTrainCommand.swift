import ArgumentParser
import Datasets
import Layers
import Tensors
import Training

extension Recipe.Task: ExpressibleByArgument {}

struct BenchTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Time the training steps of a task's default recipe on random images.",
    discussion: "Example: guise bench train --task cyclegan --size 256 --repeats 4 --json")

  @Option(help: "What is trained.")
  var task = Recipe.Task.cyclegan

  @OptionGroup var options: BenchOptions

  func validate() throws {
    try Self.validate(size: options.size)
  }

  static func validate(size: Int) throws {
    guard size >= 24 else {
      throw ValidationError("--size is \(size), too small for the discriminator: expected at least 24")
    }
  }

  func run() throws {
    var recipe = Recipe()
    recipe.task = task
    recipe.batch = options.batch
    let rate = recipe.optimizer.learningRate
    let trainer = Trainer(
      CycleGAN(recipe), optimizer: recipe.optimizer,
      schedule: LinearDecay(learningRate: rate, constantSteps: .max, decaySteps: 0), seed: recipe.seed)
    let sample = UnpairedSample(a: randomImages("A"), b: randomImages("B"))
    try options.measure("train \(task.rawValue)") {
      _ = trainer.step(sample)
    }
  }

  private func randomImages(_ name: String) -> NDArray {
    let random = Random(seed: 1, purpose: "bench.\(name)")
    let shape: Shape = [options.batch, options.size, options.size, 3]
    return NDArray((0..<shape.count).map { 2 * random.uniform(at: $0) - 1 }, shape: shape)
  }
}
