import Foundation

/// The events of a training run, in order. The terminal's progress, the logs and the run's page are built from them.
public enum TrainingEvent: Sendable {
  case started(TrainingStart)
  /// A step was taken.
  case step(TrainingStep)
  /// A model, or all together, was measured on validation images.
  case validated(TrainingValidation)
  /// A sample grid was written.
  case samples(step: Int, file: URL)
  /// A checkpoint is complete on disk.
  case checkpoint(step: Int, file: URL)
  /// A one-line remark for the user.
  case notice(step: Int, text: String)
  /// The run ends here for an error, in one line; nothing follows but a checkpoint of the steps taken.
  case failed(step: Int, problem: String)
  case finished(TrainingEnd)
}

public struct TrainingStart: Sendable {
  public var recipe: Recipe
  public var plan: TrainingPlan
  /// The step of the checkpoint that the run resumes from; 0 for a new run.
  public var resumedStep: Int
  /// The number of images in each domain or set, by name, in order: `[("trainA", 270), ("trainB", 1500)]`.
  public var images: [(name: String, count: Int)]
  /// What sample grids show.
  public var samples: SampleLabels
  /// The number of parameters of each network, by name, in order.
  public var parameters: [(name: String, count: Int)]

  public init(
    recipe: Recipe, plan: TrainingPlan, resumedStep: Int, images: [(name: String, count: Int)],
    samples: SampleLabels = SampleLabels(), parameters: [(name: String, count: Int)]
  ) {
    self.samples = samples
    self.recipe = recipe
    self.plan = plan
    self.resumedStep = resumedStep
    self.images = images
    self.parameters = parameters
  }
}

/// What the columns and rows of sample grids are.
public struct SampleLabels: Sendable, Equatable {
  /// Of each column; empty if that is not known.
  public var columns: [String]
  /// Of equal shares of the rows, one below the other; empty if all rows are of one kind.
  public var groups: [String]

  public init(columns: [String] = [], groups: [String] = []) {
    (self.columns, self.groups) = (columns, groups)
  }
}

public struct TrainingStep: Sendable {
  /// Counted from 1: the number of steps taken so far.
  public var step: Int
  public var totalSteps: Int
  /// Counted from 1.
  public var epoch: Int
  /// The rate that this step used.
  public var learningRate: Double
  /// The same names in the same order at every step of a phase.
  public var losses: [(name: String, value: Float)]
  /// What is measured beside them, by names such as `discriminator.realAccuracy` and `generator.gradientNorm`.
  public var measures: [(name: String, value: Float)]
  /// The step's duration, including the wait for its images.
  public var seconds: Double
  /// The images of all ranks together; nil where one trains alone.
  public var images: Int?

  public init(
    step: Int, totalSteps: Int, epoch: Int, learningRate: Double, losses: [(name: String, value: Float)],
    measures: [(name: String, value: Float)] = [], seconds: Double, images: Int? = nil
  ) {
    self.step = step
    self.totalSteps = totalSteps
    self.epoch = epoch
    self.learningRate = learningRate
    self.losses = losses
    self.measures = measures
    self.seconds = seconds
    self.images = images
  }
}

public struct TrainingEnd: Sendable {
  public enum Reason: Sendable {
    case completed
    /// Ended before its last step, since `schedule.patience` measurements had brought nothing better.
    case stagnated
    /// Stopped on request after a completed step, with a checkpoint saved.
    case interrupted
  }

  public var reason: Reason
  public var step: Int
  public var totalSteps: Int
  /// The finished models, of the last step; empty if the run was interrupted.
  public var models: [URL]

  public init(reason: Reason, step: Int, totalSteps: Int, models: [URL]) {
    self.reason = reason
    self.step = step
    self.totalSteps = totalSteps
    self.models = models
  }
}

/// Receives a run's events, on the thread that trains. An error that it throws ends the run.
public protocol TrainingListener: AnyObject {
  func receive(_ event: TrainingEvent) throws
}
