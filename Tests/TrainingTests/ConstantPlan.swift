import Layers
import Training

extension TrainingPlan {
  /// One adversarial phase at CycleGAN's learning rate.
  static func constant(steps: Int) throws -> TrainingPlan {
    try TrainingPlan([
      TrainingPhase(
        .adversarial, steps: steps, schedule: LinearDecay(learningRate: 2e-4, constantSteps: steps, decaySteps: 0))
    ])
  }
}
