import Datasets
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

extension GoldenFile {
  /// Loads into a network the weights with which PyTorch's training began.
  func load(_ network: any Layer, named name: String) throws {
    let network = try #require(network as? any Network)
    try network.load(pyTorch: arrays(under: "initial.\(name)/"), keys: keys(of: network))
  }

  /// Trains as PyTorch did in a case: the losses of every step must match PyTorch's and, if the file has them, so must
  /// the final weights.
  ///
  /// - Parameter tolerance: of a loss, as a share of it.
  func expectTraining(
    _ task: SupervisedTranslation, _ recipe: Recipe, follows expected: GoldenCase, steps: Int,
    tolerance: Float = 1e-4, sample: (_ step: Int) throws -> SupervisedSample
  ) throws {
    let trainer = Trainer(
      task, plan: try TrainingPlan(recipe, imagesPerEpoch: 1), optimizer: recipe.optimizer, seed: recipe.seed)
    let losses = arrays(under: "losses.\(expected.name)/")
    for step in 0..<steps {
      let report = trainer.step(try sample(step))
      #expect(Set(report.losses.map(\.name)) == Set(losses.keys))
      for (name, value) in report.losses {
        let exact = try #require(losses[name]).scalars[step]
        #expect(
          (value - exact).magnitude <= tolerance * exact.magnitude,
          "\(name) of step \(step): \(value) instead of \(exact)")
      }
    }
    let final = arrays(under: "final.\(expected.name)/")
    guard !final.isEmpty else { return }
    let values = try task.generator.values(fromPyTorch: final, keys: keys(of: task.generator))
    let named =
      task.generator.namedParameters.map { ($0.name, $0.parameter.value) }
      + task.generator.namedStatistics.map { ($0.name, $0.statistic.value) }
    for (name, value) in named {
      expectClose(value, try #require(values[name]), tolerance: 1e-3, "\(expected.name) \(name)")
    }
  }

  private func keys<N: Network>(of network: N) -> [TensorKey] {
    N.tensorKeys(for: network.configuration)
  }
}
