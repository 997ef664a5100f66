import Checkpoints
import Datasets
import Foundation
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Steps of training the network of colour bins beside PyTorch's, with all that goes with an encoder that has learnt
/// before. `scripts/golden/color_bins.py` says what is in the golden file.
@Suite struct ColorBinTrajectoryTests {
  private static let (steps, batch) = (10, 2)
  /// A few times PyTorch's own differences between float32 and float64. Changes differ more than losses: where a gradient
  /// is near zero, Adam's first steps divide rounding by rounding.
  private static let tolerances: (losses: Float, changes: Double) = (1e-5, 5e-3)
  private let golden: GoldenFile
  private let folder: TemporaryFolder

  init() throws {
    golden = try GoldenFile("color-bins")
    folder = try TemporaryFolder()
  }

  @Test(arguments: try GoldenFile("color-bins").cases)
  func tenStepsFollowPyTorch(_ expected: GoldenCase) throws {
    let recipe = try recipe(expected.name)
    let batches = try (0..<Self.steps).map(sample)
    let task = try ColorizationProject.makeTask(
      recipe, colorFrequencies: ColorBinTargets.frequencies(of: batches.map(\.target)))
    for discriminator in task.discriminators {
      let network = try #require(discriminator.network as? PatchDiscriminator)
      try WeightFormula.fill(network, keys: PatchDiscriminator.tensorKeys(for: network.configuration))
    }
    let generator = try #require(task.generator as? ColorBinNetwork)
    let before = values(of: generator)
    try golden.expectTraining(
      task, recipe, follows: expected, steps: Self.steps, tolerance: Self.tolerances.losses
    ) { batches[$0] }
    try expectChanges(of: generator, since: before, follow: expected)
  }

  private func recipe(_ phase: String) throws -> Recipe {
    var recipe = Recipe(ColorizationProject.self)
    recipe.data.cropSize = 32
    recipe.generator.network.use(ColorBinNetwork.self)
    recipe.generator.average = 0
    recipe.generator.initial = try initialModel().path
    recipe.discriminator.use(PatchDiscriminator.self) { ($0.width, $0.layers) = (4, 2) }
    (recipe.optimizer.beta1, recipe.optimizer.beta2) = (0.9, 0.99)
    (recipe.optimizer.weightDecay, recipe.optimizer.clip) = (0.5, 2)
    var rate = Recipe.Rate(learningRate: 2e-4, decay: .cosine)
    rate.warmUp = 4
    (recipe.pixelPhase.rate, recipe.adversarialPhase.rate) = (rate, rate)
    (recipe.adversarialPhase.pixelWeight, recipe.adversarialPhase.adversarialWeight) = (0.5, 2)
    (recipe.pixelPhase.steps, recipe.adversarialPhase.steps) =
      phase == "adversarial" ? (0, Self.steps) : (Self.steps, 0)
    return recipe
  }

  /// A file of the formula's weights: an encoder has groups of its own only if it begins with weights from a file.
  private func initialModel() throws -> URL {
    let network = ColorBinNetwork()
    let keys = ColorBinNetwork.tensorKeys(for: network.configuration)
    try WeightFormula.fill(network, keys: keys)
    let file = folder.url.appending(path: "initial.safetensors")
    let tensors = NamedTensor.all(of: network, keys: keys, average: nil, storage: .float32)
    try Safetensors.write(tensors, metadata: [:], to: file)
    return file
  }

  private func sample(_ step: Int) throws -> SupervisedSample {
    let images = Tensor(try #require(golden.arrays["images"]))
      .sliced(axis: 0, range: step * Self.batch..<(step + 1) * Self.batch)
    return SupervisedSample(
      input: images.sliced(axis: 3, range: 0..<1).value, target: images.sliced(axis: 3, range: 1..<3).value)
  }

  /// Parameters and statistics by their paths.
  private func values(of network: ColorBinNetwork) -> [String: NDArray] {
    Dictionary(
      uniqueKeysWithValues: network.namedParameters.map { ($0.name, $0.parameter.value) }
        + network.namedStatistics.map { ($0.name, $0.statistic.value) })
  }

  /// Compares what the steps added to each tensor, along a direction. Frozen ones must be as before, to the bit.
  private func expectChanges(
    of network: ColorBinNetwork, since before: [String: NDArray], follow expected: GoldenCase
  ) throws {
    let keys = ColorBinNetwork.tensorKeys(for: network.configuration).sorted { $0.key < $1.key }
    let directions = try network.values(fromPyTorch: WeightFormula.directions(keys: keys), keys: keys)
    let (projections, norms) = (try expected.array("projections").scalars, try expected.array("norms").scalars)
    try #require(projections.count == keys.count && norms.count == keys.count)
    let after = values(of: network)
    for (index, key) in keys.enumerated() {
      let (new, old) = (try #require(after[key.path]).scalars, try #require(before[key.path]).scalars)
      let direction = try #require(directions[key.path]).scalars
      let change = zip(new, old).map { Double($0) - Double($1) }
      let projection = zip(change, direction).reduce(0) { $0 + $1.0 * Double($1.1) }
      let (exact, norm) = (Double(projections[index]), Double(norms[index]))
      #expect(
        (projection - exact).magnitude <= Self.tolerances.changes * norm && (norm > 0 || change.allSatisfy { $0 == 0 }),
        "\(key.key): \((projection - exact) / norm) of the change's norm, \(norm), away from PyTorch's")
    }
  }
}
