import ArgumentParser
import Collectives
import Layers
import Training

struct BenchTrainCommand: DeviceCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Time the training steps of a task's default recipe on random images.",
    discussion: """
      Example: guise bench train --task cyclegan --size 256 --repeats 4 --json

      With --ranks 2,4 it starts itself by mpirun on this machine, with --threads of each rank, and shows how images per second \
      grow with the number of ranks.

      The images have the next size from --size on that the task's networks accept, which the result names.
      """)

  @Option(help: "The task to train.")
  var task = TaskName.cyclegan

  @Flag(help: "Recompute residual blocks in the backward pass, like memory.recompute in a recipe.")
  var recompute = false

  @Option(help: ArgumentHelp("Compare so many ranks, which mpirun starts on this machine.", valueName: "count,…"))
  var ranks: RankCounts?

  @OptionGroup var device: DeviceOptions

  @OptionGroup var precision: PrecisionOptions

  @OptionGroup var options: BenchOptions

  var isQuiet: Bool { options.json }

  func validate() throws {
    guard precision.precision != .bfloat16 else {
      throw ValidationError("--precision is bf16, expected float32 or float16: networks are not trained in bf16")
    }
    try recipe.validateForBench()
  }

  var launch: Launch? { get throws { try Ranks.launch() } }

  func compute() throws {
    if let ranks { return try RankScaling(self).run(ranks.counts) }
    try Ranks.joined { ranks in try measure(with: ranks) }
  }

  private func measure(with ranks: any Collective) throws {
    _ = try precision.usable()
    let recipe = recipe
    func measure<Project: TrainingProject>(_ project: Project.Type, _ recipe: Recipe) throws {
      guard let benchmark = try project.benchmark(recipe) else {
        throw ValidationError("--task: \(project.name) has no benchmark")
      }
      let training = try BenchTraining(benchmark, recipe, ranks: ranks)
      try options.measure("train \(project.name)", size: recipe.data.cropSize, ranks: ranks) { _ = training.step() }
    }
    try measure(task.task, recipe)
  }

  var recipe: Recipe {
    var recipe = Self.recipe(task.task, size: options.size)
    recipe.batch = options.batch
    recipe.memory.recompute = recompute
    recipe.optimizer.precision = precision.precision
    return recipe
  }

  /// A task's default recipe, with the next size from `size` on that its networks accept.
  static func recipe(_ task: any TrainingProject.Type, size: Int) -> Recipe {
    let recipe = Recipe(task)
    let sizes = (size...2 * max(size, 512)).lazy.map { recipe.sized($0) }
    return sizes.first { (try? $0.validateForBench()) != nil } ?? recipe.sized(size)
  }
}

/// Several numbers of ranks, as in `1,2,4`.
struct RankCounts: ExpressibleByArgument, Sendable {
  let counts: [Int]

  init?(argument: String) {
    counts = argument.split(separator: ",", omittingEmptySubsequences: false).compactMap { Int($0) }
    guard counts.count == argument.split(separator: ",", omittingEmptySubsequences: false).count,
      counts.allSatisfy({ (2...1024).contains($0) })
    else { return nil }
  }
}

/// A task from the list of tasks, by name.
struct TaskName: ExpressibleByArgument, Sendable {
  let task: any TrainingProject.Type

  static let cyclegan = TaskName(task: CycleGANProject.self)

  init?(argument: String) {
    guard let task = Tasks.named(argument) else { return nil }
    self.task = task
  }

  private init(task: any TrainingProject.Type) { self.task = task }

  static var allValueStrings: [String] { Tasks.all.map { $0.name } }

  var defaultValueDescription: String { task.name }
}

/// Steps of a task's last phase, on one batch and at a constant learning rate.
struct BenchTraining<Task: TrainingTask> {
  let sample: Task.Batch
  let trainer: Trainer<Task>

  init(_ benchmark: TaskBenchmark<Task>, _ recipe: Recipe, ranks: any Collective = SoleRank.shared) throws {
    let constant = MilestoneDecay(learningRate: recipe.optimizer.learningRate, milestones: [], factor: 1)
    let kind = recipe.task.phases(of: recipe, stepsPerEpoch: 1).last?.kind ?? .adversarial
    trainer = Trainer(
      benchmark.task, plan: try TrainingPlan([TrainingPhase(kind, steps: .max, schedule: constant)]),
      optimizer: recipe.optimizer, memory: recipe.memory, seed: recipe.seed, ranks: ranks)
    sample = benchmark.batch
  }

  func step() -> [(name: String, value: Float)] { trainer.step(sample).losses }
}

extension Recipe {
  /// For crops of another size.
  fileprivate func sized(_ size: Int) -> Recipe {
    var recipe = self
    (recipe.data.cropSize, recipe.data.loadSize) = (size, size)
    return recipe
  }

  /// Throws if the recipe's networks do not accept `data.cropSize`.
  func validateForBench() throws {
    do {
      try validate(origin: "--size \(data.cropSize)")
    } catch {
      throw ValidationError("\(error)")
    }
  }
}
