/// A learning rate that stays, then falls linearly towards 0: CycleGAN's schedule.
public struct LinearDecay: Sendable {
  public let learningRate: Double
  public let constantSteps: Int
  public let decaySteps: Int

  public init(learningRate: Double, constantSteps: Int, decaySteps: Int) {
    self.learningRate = learningRate
    self.constantSteps = constantSteps
    self.decaySteps = decaySteps
  }

  /// The rate of a step counted from 0; it would be 0 right after the last one.
  public func learningRate(at step: Int) -> Double {
    guard step > constantSteps, decaySteps > 0 else { return learningRate }
    return learningRate * max(0, 1 - Double(step - constantSteps) / Double(decaySteps))
  }
}
