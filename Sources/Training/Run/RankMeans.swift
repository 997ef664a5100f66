import Collectives
import Layers
import Tensors

/// Arrays that become their means over all ranks, while the caller goes on.
struct RankMeans {
  private let ranks: any Collective
  private let shapes: [Shape]
  private let exchange: Exchange

  /// Begins. Every rank gives arrays of the same shapes. Reading them waits for the device.
  init(of arrays: [NDArray], over ranks: any Collective) {
    self.ranks = ranks
    shapes = arrays.map(\.shape)
    exchange = Exchange(.sum, count: shapes.reduce(0) { $0 + $1.count })
    exchange.withValues { values in
      var first = 0
      for array in arrays {
        array.withHostMemory { _ = values[first...].update(fromContentsOf: $0) }
        first += array.shape.count
      }
    }
    ranks.begin(exchange)
  }

  /// Waits for the means.
  func values() -> [NDArray] {
    ranks.wait(for: exchange)
    let share = 1 / Float(ranks.count)
    return exchange.withValues { values in
      var first = 0
      return shapes.map { shape in
        defer { first += shape.count }
        return NDArray(shape: shape) { own in
          for index in 0..<shape.count { own[index] = values[first + index] * share }
        }
      }
    }
  }
}

/// A part of a step whose means over ranks are under way.
struct PendingPart {
  private let own: StepPart
  private let norms: GradientNorms
  /// Nil where there is one rank.
  private let means: RankMeans?

  init(_ part: StepPart, _ norms: GradientNorms, over ranks: any Collective) {
    own = part
    self.norms = norms
    let tensors = part.gradients + (part.losses + part.measures).map(\.value)
    means = ranks.isAlone ? nil : RankMeans(of: tensors.map(\.value), over: ranks)
  }

  /// The part of all ranks together.
  func complete() -> StepPart {
    guard let means else { return own }
    let tensors = means.values().map { Tensor($0) }
    let (gradients, values) = (Array(tensors.prefix(own.gradients.count)), tensors.dropFirst(own.gradients.count))
    let named = zip(own.losses + own.measures, values).map { (name: $0.name, value: $1) }
    return StepPart(
      losses: Array(named.prefix(own.losses.count)),
      measures: Array(named.dropFirst(own.losses.count)) + norms.measures(of: gradients), gradients: gradients,
      optimizer: own.optimizer)
  }
}
