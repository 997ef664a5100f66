import Checkpoints
import Datasets
import Layers
import Models
import Tensors
import Testing
import Training

/// Steps whose losses are not finite, in both orders of generator and discriminator.
@Suite struct FailedStepTests {
  private func trainer() throws -> (trainer: Trainer<SupervisedTranslation>, sample: SupervisedSample) {
    var recipe = Recipe(PairedProject.self)
    recipe.data.cropSize = 32
    recipe.generator.network.use(ResNetGenerator.self) { ($0.width, $0.blocks) = (4, 1) }
    recipe.discriminator.use(PatchDiscriminator.self) { ($0.width, $0.layers) = (4, 1) }
    let trainer = Trainer(
      try PairedProject.makeTask(recipe), plan: try .constant(steps: 10), optimizer: recipe.optimizer,
      averageDecay: 0.5,
      seed: 1)
    let sample = SupervisedSample(
      input: RandomImages.array("input", size: 32), target: RandomImages.array("target", size: 32))
    return (trainer, sample)
  }

  private func parameters(_ networks: [NamedNetwork]) -> [NDArray] {
    networks.flatMap { $0.network.parameters.map(\.value) }
  }

  @Test func measuresNormsAndAccuracies() throws {
    let (trainer, sample) = try trainer()
    let report = trainer.step(sample)
    #expect(
      report.measures.map(\.name) == [
        "generator.gradientNorm", "discriminator.realAccuracy", "discriminator.fakeAccuracy", "discriminator.realScore",
        "discriminator.fakeScore", "discriminator.gradientNorm",
      ])
    #expect(report.nonFinite == nil && report.step == 1 && trainer.step == 1)
    #expect(report.measures.allSatisfy { $0.value.isFinite })
    #expect(report.measures[0].value > 0 && report.measures[5].value > 0)
  }

  /// The discriminator leads, so it has learnt before it is known that the step fails.
  @Test(arguments: ["generator", "discriminator"])
  func nothingIsLearntFromAFailedStep(_ network: String) throws {
    let (trainer, sample) = try trainer()
    _ = trainer.step(sample)
    let networks = trainer.task.generators + trainer.task.discriminators
    let broken = try #require(networks.first { $0.name == network })
    let (name, parameter) = try #require(broken.network.namedParameters.dropFirst(2).first)
    parameter.update { $0.withMutableHostMemory { $0[1] = .infinity } }
    let (before, averages) = (parameters(networks), trainer.state.arrays.filter { $0.name.contains("average") })
    #expect(trainer.step(sample).nonFinite != nil)
    #expect(trainer.step == 1 && parameters(networks) == before)
    #expect(trainer.state.arrays.filter { $0.name.contains("average") }.map(\.array) == averages.map(\.array))
    let origin = try #require(trainer.origin(ofFailedStepOn: [sample]))
    #expect(origin.variable == "\(network).\(name)", "\(origin)")
    #expect(trainer.step == 1 && parameters(networks) == before)
  }

  @Test func heldOutImagesLeaveNoTrace() throws {
    let (trainer, sample) = try trainer()
    let (other, _) = try self.trainer()
    let heldOut = SupervisedSample(input: sample.target, target: sample.input)
    #expect(trainer.measures(ofHeldOut: heldOut, place: 3).isEmpty)
    for _ in 0..<2 {
      #expect(trainer.step(sample).losses.map(\.value) == other.step(sample).losses.map(\.value))
      #expect(trainer.measures(ofHeldOut: heldOut, place: 3).map(\.name).contains("discriminator.realScore"))
    }
    #expect(trainer.state.arrays.map(\.array) == other.state.arrays.map(\.array))
  }
}
