import Datasets
import Layers
import Tensors

/// What a part of a step depends on besides its batches.
struct PartKey: Hashable {
  let phase: TrainingPhase.Kind
  let kind: Int
}

/// Computes one of the parts of every step, on a GPU by the commands of an earlier step if those can be repeated.
struct RepeatedPart<Batch: TrainingBatch> {
  private struct Names {
    let results: Int
    let losses: [String], measures: [String]
  }

  private let computation = RepeatedComputation<PartKey, Names>()

  /// - Parameters:
  ///   - others: further tensors that the part is computed from.
  ///   - statistics: running statistics that it reads and changes.
  ///   - constants: what it reads besides, of what changes in the course of a training.
  ///   - body: computes the part from batches and others, and further results.
  func callAsFunction(
    _ key: PartKey, of batches: [Batch], _ others: [Tensor], changing statistics: [RunningStatistic],
    _ constants: [NDArray], _ optimizer: Adam, _ body: ([Batch], [Tensor]) -> (part: StepPart, results: [Tensor])
  ) -> (part: StepPart, results: [Tensor]) {
    let inputs = batches.flatMap(\.arrays) + others.map(\.value) + statistics.map(\.value)
    let (arrays, names) = computation(key, inputs: inputs, constants: constants) { inputs in
      var inputs = inputs[...]
      func take(_ count: Int) -> [NDArray] {
        defer { inputs = inputs.dropFirst(count) }
        return Array(inputs.prefix(count))
      }
      let batches = batches.map { $0.with(take($0.arrays.count)) }
      let others = take(others.count).map { Tensor($0) }
      for (statistic, value) in zip(statistics, take(statistics.count)) { statistic.value = value }
      let (part, results) = body(batches, others)
      let names = Names(
        results: results.count, losses: part.losses.map(\.name), measures: part.measures.map(\.name))
      return (results.map(\.value) + part.arrays + statistics.map(\.value), names)
    }
    for (statistic, value) in zip(statistics, arrays.suffix(statistics.count)) { statistic.value = value }
    let results = arrays.prefix(names.results).map { Tensor($0) }
    let part = StepPart(
      arrays.dropFirst(names.results).dropLast(statistics.count), losses: names.losses, measures: names.measures,
      optimizer)
    return (part, results)
  }
}

extension StepPart {
  /// Losses, measures and gradients.
  fileprivate var arrays: [NDArray] { ((losses + measures).map(\.value) + gradients).map(\.value) }

  fileprivate init(_ arrays: ArraySlice<NDArray>, losses: [String], measures: [String], _ optimizer: Adam) {
    let tensors = arrays.map { Tensor($0) }
    let named = zip(losses + measures, tensors).map { (name: $0, value: $1) }
    self.losses = Array(named.prefix(losses.count))
    self.measures = Array(named.dropFirst(losses.count))
    gradients = Array(tensors.dropFirst(named.count))
    self.optimizer = optimizer
  }
}
