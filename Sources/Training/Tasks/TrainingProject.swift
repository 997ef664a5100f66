import Checkpoints
import Images
import Models

/// A task that recipes can name: its settings, plan, images, measurements and finished models. Its networks and losses are
/// its `Task`'s.
///
/// A program of one's own adds its projects to `Tasks` before it reads recipes; `TrainingRun` then trains them into run
/// folders like any other.
public protocol TrainingProject: SendableMetatype {
  associatedtype Task: TrainingTask

  /// In recipes and model files: `super-resolution`.
  static var name: String { get }
  /// What it is, in a line.
  static var summary: String { get }
  /// The keys that the task heeds, in the order in which recipes are written; `task`, `batch` and `seed` come by themselves.
  ///
  /// Every run heeds `optimizer` but for its `learningRate`, `schedule.steps`, `memory` and `output`
  /// (`Recipe.commonKeys`) and `generator.average`.
  static var keys: [RecipeKey] { get }
  /// Sets the published settings in a recipe of the sections' initial values. Does nothing by default.
  static func setDefaults(of recipe: inout Recipe)
  /// Checks what depends on several keys. Accepts everything by default.
  static func check(_ recipe: Recipe) throws(RecipeProblem)
  /// The run's phases; those without steps are left out. By default, one adversarial phase of epochs.
  static func phases(of recipe: Recipe, stepsPerEpoch: Int) -> [TrainingPhase]
  /// The task on random images of `data.cropSize` pixels a side, for benchmarks; nil by default.
  static func benchmark(_ recipe: Recipe) throws -> TaskBenchmark<Task>?

  /// Lists the images and makes the networks of a recipe that passed `check`.
  init(_ recipe: Recipe) throws

  var task: Task { get }
  /// How many images there are of each domain or set, by its name, in order.
  var images: [(name: String, count: Int)] { get }
  /// Samples in an epoch.
  var imagesPerEpoch: Int { get }
  /// Remarks on the images for whoever trains, a line each. None by default.
  var notices: [String] { get }
  /// Makes the batch of a step, counted from 0; called on other threads. The same step must make the same batch each time:
  /// a resumed run depends on it.
  var batches: @Sendable (_ step: Int) throws -> Task.Batch { get }
  /// The same few images for every sample grid.
  func previews() throws -> Task.Batch
  /// Measures the generators on validation images: always by the same measures, of which more of the first is better. Nil,
  /// the default, without validation images.
  func validate() throws -> [TrainingValidation.Score]?
  /// A remark on a measurement for whoever trains, in a line. Nil by default.
  func warning(of scores: [TrainingValidation.Score]) -> String?
  /// The models that the end of a phase leaves behind.
  func models(endOf phase: TrainingPhase.Kind) -> [FinishedModel]
}

extension TrainingProject {
  public static func setDefaults(of recipe: inout Recipe) {}
  public static func check(_ recipe: Recipe) throws(RecipeProblem) {}
  public static func phases(of recipe: Recipe, stepsPerEpoch: Int) -> [TrainingPhase] {
    [.ofEpochs(recipe, stepsPerEpoch: stepsPerEpoch)]
  }
  public static func benchmark(_ recipe: Recipe) throws -> TaskBenchmark<Task>? { nil }

  public var notices: [String] { [] }
  public func validate() throws -> [TrainingValidation.Score]? { nil }
  public func warning(of scores: [TrainingValidation.Score]) -> String? { nil }
}

/// A task and a batch to time its steps on.
public struct TaskBenchmark<Task: TrainingTask> {
  public let task: Task
  public let batch: Task.Batch

  public init(_ task: Task, _ batch: Task.Batch) {
    self.task = task
    self.batch = batch
  }
}
