import Datasets
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

extension GoldenFile {
  /// Gives a network the weights that PyTorch's training begins with.
  func load(_ network: any Layer, named name: String) throws {
    let network = try #require(network as? any Network)
    try network.load(pyTorch: arrays(under: "initial.\(name)/"), keys: keys(of: network))
  }

  /// Trains as PyTorch did in a case: the losses of every step must be its own, and the weights in the end, where the file
  /// has them.
  func expectTraining(
    _ task: SupervisedTranslation, _ recipe: Recipe, follows expected: GoldenCase, steps: Int,
    sample: (_ step: Int) throws -> SupervisedSample
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
          (value - exact).magnitude <= 1e-4 * exact.magnitude, "\(name) of step \(step): \(value) instead of \(exact)")
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
