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
  /// Whether numbers left the range of the run's precision, so that the step was taken again in float32.
  public var leftRange = false

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
  let losses: [(name: String, value: Tensor)]
  let measures: [(name: String, value: Tensor)]
  /// One per learning parameter of the optimiser.
  let gradients: [Tensor]
  let optimizer: Adam
  var isLearnt = false

  /// The means over the step's batches, of which there is at least one.
  ///
  /// - Parameters:
  ///   - norms: measured of the gradients; nil where they are not yet those of all ranks.
  ///   - losses: a batch's, by its place; called for one batch after the other, so that only one graph is alive.
  init(ofBatches count: Int, _ optimizer: Adam, _ norms: GradientNorms?, losses: (_ batch: Int) -> Losses) {
    var sums = Sums(losses(0), optimizer)
    for batch in 1..<max(1, count) { sums.add(Sums(losses(batch), optimizer)) }
    let means = sums.divided(by: count)
    gradients = means.gradients
    self.optimizer = optimizer
    self.losses = means.losses
    measures = means.measures + (norms?.measures(of: means.gradients) ?? [])
  }

  init(
    losses: [(name: String, value: Tensor)], measures: [(name: String, value: Tensor)], gradients: [Tensor],
    optimizer: Adam
  ) {
    (self.losses, self.measures, self.gradients, self.optimizer) = (losses, measures, gradients, optimizer)
  }

  /// What batches came to, added up. Detached, so that no graph stays alive.
  private struct Sums {
    var losses: [(name: String, value: Tensor)]
    var measures: [(name: String, value: Tensor)]
    var gradients: [Tensor]

    init(_ losses: Losses, _ optimizer: Adam) {
      gradients = Layers.gradients(
        of: losses.total, withRespectTo: optimizer.learningParameters, releasingGraph: true)
      self.losses = losses.terms.map { ($0.name, $0.value.detached) }
      measures = losses.measures
    }

    mutating func add(_ other: Sums) {
      withoutGradients {
        for index in losses.indices { losses[index].value = losses[index].value + other.losses[index].value }
        for index in measures.indices { measures[index].value = measures[index].value + other.measures[index].value }
        for index in gradients.indices { gradients[index] = gradients[index] + other.gradients[index] }
      }
    }

    func divided(by count: Int) -> Sums {
      guard count > 1 else { return self }
      let share = 1 / Float(count)
      var means = self
      withoutGradients {
        means.losses = losses.map { ($0.name, $0.value * share) }
        means.measures = measures.map { ($0.name, $0.value * share) }
        means.gradients = gradients.map { $0 * share }
      }
      return means
    }
  }
}
