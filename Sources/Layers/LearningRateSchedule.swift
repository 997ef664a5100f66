import Foundation

/// The learning rate as a function of the step.
public protocol LearningRateSchedule: Sendable {
  /// - Parameter step: counted from 0.
  func learningRate(at step: Int) -> Double
}

/// A learning rate that is constant, then falls linearly towards 0: CycleGAN's schedule.
public struct LinearDecay: LearningRateSchedule {
  public let learningRate: Double
  public let constantSteps: Int
  public let decaySteps: Int

  public init(learningRate: Double, constantSteps: Int, decaySteps: Int) {
    self.learningRate = learningRate
    self.constantSteps = constantSteps
    self.decaySteps = decaySteps
  }

  /// It reaches 0 at the step after the last.
  public func learningRate(at step: Int) -> Double {
    guard step > constantSteps, decaySteps > 0 else { return learningRate }
    return learningRate * max(0, 1 - Double(step - constantSteps) / Double(decaySteps))
  }
}

/// A learning rate that is constant, then falls to 0 along half a period of a cosine (Loshchilov and Hutter 2017, without
/// restarts).
public struct CosineDecay: LearningRateSchedule {
  public let learningRate: Double
  public let constantSteps: Int
  public let decaySteps: Int

  public init(learningRate: Double, constantSteps: Int = 0, decaySteps: Int) {
    self.learningRate = learningRate
    self.constantSteps = constantSteps
    self.decaySteps = decaySteps
  }

  /// It reaches 0 at the step after the last.
  public func learningRate(at step: Int) -> Double {
    guard step > constantSteps, decaySteps > 0 else { return learningRate }
    return learningRate * 0.5 * (1 + cos(.pi * Double(min(step - constantSteps, decaySteps)) / Double(decaySteps)))
  }
}

/// A schedule whose learning rate rises linearly from near 0 over its first steps.
public struct WarmUp: LearningRateSchedule {
  public let steps: Int
  public let schedule: any LearningRateSchedule

  public init(steps: Int, _ schedule: any LearningRateSchedule) {
    self.steps = steps
    self.schedule = schedule
  }

  /// The schedule's own rate from step `steps - 1` on.
  public func learningRate(at step: Int) -> Double {
    schedule.learningRate(at: step) * min(1, Double(step + 1) / Double(max(1, steps)))
  }
}

/// A learning rate that is multiplied by a factor at certain steps: SRGAN's and ESRGAN's schedule.
public struct MilestoneDecay: LearningRateSchedule {
  public let learningRate: Double
  /// The steps from which the rate is lowered.
  public let milestones: [Int]
  public let factor: Double

  public init(learningRate: Double, milestones: [Int], factor: Double) {
    self.learningRate = learningRate
    self.milestones = milestones
    self.factor = factor
  }

  public func learningRate(at step: Int) -> Double {
    milestones.reduce(learningRate) { $1 <= step ? $0 * factor : $0 }
  }
}
