import Datasets
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Ten steps of training a classifier with few labels against a generator, from PyTorch's weights on PyTorch's images.
@Suite struct SemiSupervisedTrajectoryTests {
  private struct Attributes: Decodable {
    /// Nil for fully connected layers.
    var batchNorm: Bool?
    var unlabelledWeight: Double
  }

  private static let steps = 10
  private let golden: GoldenFile

  init() throws {
    golden = try GoldenFile("semi-supervised")
  }

  @Test(arguments: try GoldenFile("semi-supervised").cases)
  func tenStepsFollowPyTorch(_ expected: GoldenCase) throws {
    let attributes = try expected.attributes(Attributes.self)
    var recipe = Recipe(SemiSupervisedProject.self)
    (recipe.data.loadSize, recipe.data.cropSize) = (8, 8)
    if let batchNorm = attributes.batchNorm {
      recipe.classifier.use(ConvolutionalClassifier.self) { ($0.width, $0.stages, $0.batchNorm) = (3, 2, batchNorm) }
    } else {
      recipe.classifier.use(ConnectedClassifier.self) { ($0.width, $0.layers, $0.noise) = (6, 2, 0) }
    }
    recipe.generator.network.use(ConnectedGenerator.self) { ($0.noise, $0.width) = (4, 8) }
    recipe.synthesis.unlabelledWeight = attributes.unlabelledWeight
    recipe.optimizer.learningRate = 0.002
    (recipe.schedule.epochs, recipe.schedule.decayEpochs, recipe.schedule.steps) = (1, 0, Self.steps)
    let task = try SemiSupervisedProject.makeTask(recipe, channels: 1, classes: 3)
    let initial = golden.arrays(under: "initial.\(expected.name)/")
    for network in task.generators + task.discriminators {
      for (path, parameter) in network.network.namedParameters {
        parameter.value = try #require(initial["\(network.name).\(path)"], "\(network.name).\(path)")
      }
    }
    let trainer = Trainer(
      task, plan: try TrainingPlan(recipe, imagesPerEpoch: 1), optimizer: recipe.optimizer, seed: recipe.seed)
    let losses = golden.arrays(under: "losses.\(expected.name)/")
    for step in 0..<Self.steps {
      let report = trainer.step(try batch(step))
      #expect(Set(report.losses.map(\.name)) == Set(losses.keys))
      for (name, value) in report.losses {
        let series = try #require(losses[name]).scalars
        let largest = series.reduce(0) { max($0, $1.magnitude) }
        #expect(
          (value - series[step]).magnitude <= 1e-3 * largest, "\(name), step \(step): \(value), not \(series[step])")
      }
    }
  }

  private func batch(_ step: Int) throws -> SemiSupervisedBatch {
    func array(_ name: String) throws -> NDArray {
      let all = Tensor(try #require(golden.arrays[name]))
      return all.sliced(axis: 0, range: step..<step + 1).reshaped(to: Shape(Array(all.shape.dimensions.dropFirst())))
        .value
    }
    return SemiSupervisedBatch(
      labelled: LabelledSample(images: try array("labelled"), classes: try array("classes")),
      unlabelled: try array("images"), noise: try array("noise"))
  }
}
