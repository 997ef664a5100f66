import Layers

/// A part of a run with its own learning rate schedule. It begins with fresh optimisers and averages.
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

extension TrainingPhase {
  /// A whole run: `schedule.epochs` at `optimizer.learningRate`, then `schedule.decayEpochs` during which it falls to 0
  /// as `schedule.decay` says. If `schedule.steps` is not 0, both are scaled so that they take that many steps together.
  public static func ofEpochs(_ recipe: Recipe, kind: Kind = .adversarial, stepsPerEpoch: Int) -> TrainingPhase {
    let (constant, all) = (recipe.schedule.epochs, recipe.schedule.epochs + recipe.schedule.decayEpochs)
    let steps = recipe.schedule.steps > 0 ? recipe.schedule.steps : all * stepsPerEpoch
    let constantSteps = all > 0 ? Int((Double(steps) * Double(constant) / Double(all)).rounded()) : steps
    let rate = recipe.optimizer.learningRate
    let decaying: any LearningRateSchedule =
      switch recipe.schedule.decay {
      case .linear: LinearDecay(learningRate: rate, constantSteps: constantSteps, decaySteps: steps - constantSteps)
      case .cosine: CosineDecay(learningRate: rate, constantSteps: constantSteps, decaySteps: steps - constantSteps)
      }
    let warmUp = recipe.schedule.warmUp
    return TrainingPhase(kind, steps: steps, schedule: warmUp > 0 ? WarmUp(steps: warmUp, decaying) : decaying)
  }

  /// The recipe's pixel phase and adversarial phase. If `schedule.steps` is not 0, they are scaled so that they take
  /// that many steps together.
  public static func pixelThenAdversarial(_ recipe: Recipe) -> [TrainingPhase] {
    let (pixel, adversarial) = (recipe.pixelPhase, recipe.adversarialPhase)
    let written = pixel.steps + adversarial.steps
    guard written > 0 else { return [] }
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
