import Layers
import Tensors

/// What a step came to.
public struct StepReport: Sendable {
  /// Counted from 1.
  public let step: Int
  public let learningRate: Double
  public let losses: [(name: String, value: Float)]
  /// What the task measures beside its losses, and the norms of each network's gradients.
  public let measures: [(name: String, value: Float)]

  /// Reads all values from the device at once, since reading waits for it.
  init(step: Int, learningRate: Double, _ parts: [StepPart]) {
    let losses = parts.flatMap(\.losses)
    let measures = parts.flatMap(\.measures)
    let values = scalars(of: (losses + measures).map(\.value))
    self.step = step
    self.learningRate = learningRate
    self.losses = zip(losses, values).map { ($0.name, $1) }
    self.measures = zip(measures, values.dropFirst(losses.count)).map { ($0.name, $1) }
  }

  /// The first loss or gradient norm that is not finite; nil if the step was taken.
  public var nonFinite: String? {
    let norms = measures.filter { $0.name.hasSuffix(".\(NetworkMeasure.gradientNorm.rawValue)") }
    return (losses + norms).first { !$0.value.isFinite }?.name
  }
}

/// A part of a step: what the generators, or the discriminators, have lost, and what they are to learn from it.
struct StepPart {
  /// Detached, so that no graph stays alive.
  let losses: [(name: String, value: Tensor)]
  let measures: [(name: String, value: Tensor)]
  /// One per learning parameter of the optimiser.
  let gradients: [Tensor]
  let optimizer: Adam
  var isLearnt = false

  init(_ losses: Losses, _ optimizer: Adam, _ norms: GradientNorms) {
    let gradients = Layers.gradients(
      of: losses.total, withRespectTo: optimizer.learningParameters, releasingGraph: true)
    self.gradients = gradients
    self.optimizer = optimizer
    self.losses = losses.terms.map { ($0.name, $0.value.detached) }
    measures = losses.measures + norms.measures(of: gradients)
  }
}
