import Layers

/// A stretch of a run with a learning rate of its own, which begins with fresh optimisers and averages.
public struct TrainingPhase: Sendable {
  public enum Kind: String, Sendable {
    /// Without discriminators.
    case pixel
    case adversarial
  }

  public let kind: Kind
  public let steps: Int
  /// Over the phase's own steps.
  public let schedule: any LearningRateSchedule

  public init(_ kind: Kind, steps: Int, schedule: any LearningRateSchedule) {
    self.kind = kind
    self.steps = steps
    self.schedule = schedule
  }
}

/// How many steps a run takes, in which phases.
public struct TrainingPlan: Sendable {
  public let stepsPerEpoch: Int
  /// One after another; none is empty.
  public let phases: [TrainingPhase]

  /// - Parameters:
  ///   - imagesPerEpoch: of unpaired domains, the size of the larger.
  ///   - batch: images in a step; an epoch that they do not divide ends within its last step.
  public init(_ phases: [TrainingPhase], imagesPerEpoch: Int = 1, batch: Int = 1) {
    precondition(imagesPerEpoch > 0 && batch > 0, "\(imagesPerEpoch) images in batches of \(batch) make no epoch")
    self.phases = phases.filter { $0.steps > 0 }
    precondition(!self.phases.isEmpty, "a run needs a phase of at least one step")
    stepsPerEpoch = (imagesPerEpoch + batch - 1) / batch
  }

  public var totalSteps: Int { phases.reduce(0) { $0 + $1.steps } }

  /// The phase that a step, counted from 0, belongs to, and the step at which it begins; past the end, the last.
  public func phase(ofStep step: Int) -> (phase: TrainingPhase, start: Int) {
    var start = 0
    for phase in phases.dropLast() {
      if step < start + phase.steps { return (phase, start) }
      start += phase.steps
    }
    return (phases[phases.count - 1], start)
  }

  /// The phase that ends with a step, counted from 1.
  public func phaseEnding(withStep step: Int) -> TrainingPhase? {
    let (phase, start) = phase(ofStep: step - 1)
    return step == start + phase.steps ? phase : nil
  }

  /// The epoch, counted from 1, that a step, counted from 1, belongs to.
  public func epoch(ofStep step: Int) -> Int {
    (step - 1) / stepsPerEpoch + 1
  }
}

extension TrainingPlan {
  /// - Parameter imagesPerEpoch: of unpaired domains, the size of the larger.
  public init(_ recipe: Recipe, imagesPerEpoch: Int) {
    let stepsPerEpoch = (imagesPerEpoch + recipe.batch - 1) / recipe.batch
    let phases =
      switch recipe.task {
      case .cyclegan, .paired: [Self.phaseOfEpochs(recipe, stepsPerEpoch: stepsPerEpoch)]
      case .superResolution, .colorization: Self.pixelAndAdversarialPhases(recipe)
      }
    self.init(phases, imagesPerEpoch: imagesPerEpoch, batch: recipe.batch)
  }

  private static func phaseOfEpochs(_ recipe: Recipe, stepsPerEpoch: Int) -> TrainingPhase {
    let (constant, all) = (recipe.schedule.epochs, recipe.schedule.epochs + recipe.schedule.decayEpochs)
    let steps = recipe.schedule.steps > 0 ? recipe.schedule.steps : all * stepsPerEpoch
    let constantSteps = all > 0 ? Int((Double(steps) * Double(constant) / Double(all)).rounded()) : steps
    return TrainingPhase(
      .adversarial, steps: steps,
      schedule: LinearDecay(
        learningRate: recipe.optimizer.learningRate, constantSteps: constantSteps, decaySteps: steps - constantSteps))
  }

  private static func pixelAndAdversarialPhases(_ recipe: Recipe) -> [TrainingPhase] {
    let (pixel, adversarial) = (recipe.pixelPhase, recipe.adversarialPhase)
    let written = pixel.steps + adversarial.steps
    let total = recipe.schedule.steps > 0 ? recipe.schedule.steps : written
    let stretch = Double(total) / Double(written)
    let pixelSteps = Int((Double(pixel.steps) * stretch).rounded())
    return [
      TrainingPhase(.pixel, steps: pixelSteps, schedule: pixel.rate.schedule(steps: pixelSteps, stretch: stretch)),
      TrainingPhase(
        .adversarial, steps: total - pixelSteps,
        schedule: adversarial.rate.schedule(steps: total - pixelSteps, stretch: stretch)),
    ]
  }
}

extension Recipe.Rate {
  /// - Parameter stretch: how much longer than written the phase is.
  fileprivate func schedule(steps: Int, stretch: Double) -> any LearningRateSchedule {
    switch decay {
    case .constant: MilestoneDecay(learningRate: learningRate, milestones: [], factor: 1)
    case .cosine: CosineDecay(learningRate: learningRate, steps: steps)
    case .milestones:
      MilestoneDecay(
        learningRate: learningRate, milestones: milestones.map { Int((Double($0) * stretch).rounded()) },
        factor: factor)
    }
  }
}
