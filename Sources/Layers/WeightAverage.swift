import Tensors

/// An exponential moving average of a layer's parameters, whose results vary less than the last step's. Running
/// statistics belong to the latest parameters only; for averaged ones, measure them with
/// `TrainingContext.measuringStatistics`.
public struct WeightAverage {
  private let decay: Float
  /// One per parameter, in their order: what a checkpoint must hold.
  public var values: [NDArray]

  /// - Parameter decay: the weight of the old average in the new one, such as 0.999.
  public init(of layer: some Layer, decay: Float) {
    self.decay = decay
    values = layer.parameters.map(\.value)
  }

  /// - Parameter step: counted from 1. The decay is lower in early steps, so that the initial parameters are soon
  ///   forgotten.
  public mutating func update(from layer: some Layer, step: Int) {
    let decay = min(self.decay, Float(step) / Float(step + 10))
    withoutGradients {
      for (index, parameter) in layer.parameters.enumerated() {
        values[index] = (Tensor(values[index]) * decay + Tensor(parameter.value) * (1 - decay)).value
      }
    }
  }
}
