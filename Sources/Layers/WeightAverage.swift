import Tensors

/// An exponential moving average of a layer's parameters: smoother results than the last step's. Running statistics are
/// of the newest parameters alone: for averaged ones they are to be measured (`TrainingContext.measuringStatistics`).
public struct WeightAverage {
  private let decay: Float
  /// One per parameter, in their order: what a checkpoint must hold.
  public var values: [NDArray]

  /// - Parameter decay: the share of the old average in the new one, such as 0.999.
  public init(of layer: some Layer, decay: Float) {
    self.decay = decay
    values = layer.parameters.map(\.value)
  }

  /// - Parameter step: counted from 1; early averages forget faster, since they hold little but the beginning.
  public mutating func update(from layer: some Layer, step: Int) {
    let decay = min(self.decay, Float(step) / Float(step + 10))
    withoutGradients {
      for (index, parameter) in layer.parameters.enumerated() {
        values[index] = (Tensor(values[index]) * decay + Tensor(parameter.value) * (1 - decay)).value
      }
    }
  }
}
