import Checkpoints
import Images
import Models

/// A task that recipes can name: its settings, plan, images, measurements and finished models. Its networks and losses
/// are those of its `Task`.
///
/// Programs that use the library add their own projects to `Tasks` before they read recipes; `TrainingRun` then trains
/// them into run folders like any other.
public protocol TrainingProject: SendableMetatype {
  associatedtype Task: TrainingTask

  /// Its name in recipes and model files, such as `super-resolution`.
  static var name: String { get }
  /// A one-line summary.
  static var summary: String { get }
  /// The keys that the task uses, in the order in which recipes are written; `task`, `output.tensorboard`, `batch` and
  /// `seed` are added automatically.
  ///
  /// Every run uses `optimizer` except for its `learningRate`, `schedule.steps` and `memory` (these are
  /// `Recipe.commonKeys`), `output`, and `generator.average`.
  static var keys: [RecipeKey] { get }
  /// Sets the task's published settings in a recipe that has the sections' initial values. Does nothing by default.
  static func setDefaults(of recipe: inout Recipe)
  /// Checks conditions that involve several keys. Accepts everything by default.
  static func check(_ recipe: Recipe) throws(RecipeProblem)
  /// The run's phases; those without steps are left out. By default, one adversarial phase of epochs.
  static func phases(of recipe: Recipe, stepsPerEpoch: Int) -> [TrainingPhase]
  /// The task on random images of `data.cropSize` pixels a side, for benchmarks; nil by default.
  static func benchmark(_ recipe: Recipe) throws -> TaskBenchmark<Task>?

  /// Lists the images and makes the networks of a recipe that passed `check`.
  init(_ recipe: Recipe) throws

  var task: Task { get }
  /// The number of images in each domain or set, by name, in order.
  var images: [(name: String, count: Int)] { get }
  /// Samples in an epoch.
  var imagesPerEpoch: Int { get }
  /// Remarks on the images for the user, one line each. None by default.
  var notices: [String] { get }
  /// Remarks for the user since the last call, one line each; asked for after every step. None by default.
  func newNotices() -> [String]
  /// Makes the batch of a step, counted from 0; called on other threads. A step must make the same batch each time,
  /// since a resumed run depends on it.
  var batches: @Sendable (_ step: Int) throws -> Task.Batch { get }
  /// The same few images for every sample grid.
  func previews() throws -> Task.Batch
  /// Makes batches like those of `batches`, of held-out images from the same domains; any whole number from 0 up names
  /// one. Discriminators that score them lower than training images have memorised those. Nil without such images, and by
  /// default.
  var heldOut: ((_ place: Int) throws -> Task.Batch)? { get }
  /// Measures the generators on validation images, always by the same measures. The first score decides which are the
  /// best; where models are measured one by one, the first score of each. Nil without validation images, and by
  /// default.
  func validate() throws -> [TrainingValidation.Score]?
  /// A one-line remark on a measurement for the user. Nil by default.
  func warning(of scores: [TrainingValidation.Score]) -> String?
  /// The models to write at the end of a phase.
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
  public func newNotices() -> [String] { [] }
  public var heldOut: ((_ place: Int) throws -> Task.Batch)? { nil }
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
