import Tensors

/// An exponential moving average of a layer's parameters and running statistics: smoother results than the last step's.
public struct WeightAverage {
  private let decay: Float
  /// As `values(of:)` orders them: what a checkpoint must hold.
  public var values: [NDArray]

  /// - Parameter decay: the share of the old average in the new one, such as 0.999.
  public init(of layer: some Layer, decay: Float) {
    self.decay = decay
    values = Self.values(of: layer)
  }

  /// - Parameter step: counted from 1; early averages forget faster, since they hold little but the beginning.
  public mutating func update(from layer: some Layer, step: Int) {
    let decay = min(self.decay, Float(step) / Float(step + 10))
    withoutGradients {
      for (index, newest) in Self.values(of: layer).enumerated() {
        values[index] = (Tensor(values[index]) * decay + Tensor(newest) * (1 - decay)).value
      }
    }
  }

  /// A layer's parameters, then its running statistics, which belong to those: the newest would not fit averaged weights.
  public static func values(of layer: some Layer) -> [NDArray] {
    layer.parameters.map(\.value) + layer.namedStatistics.map(\.statistic.value)
  }

  /// Gives a layer what `values(of:)` returned.
  public static func set(_ values: [NDArray], in layer: some Layer) {
    let (parameters, statistics) = (layer.parameters, layer.namedStatistics.map(\.statistic))
    precondition(
      values.count == parameters.count + statistics.count,
      "\(values.count) values do not fit \(parameters.count) parameters and \(statistics.count) statistics")
    for (parameter, value) in zip(parameters, values) { parameter.value = value }
    for (statistic, value) in zip(statistics, values.dropFirst(parameters.count)) { statistic.value = value }
  }
}
