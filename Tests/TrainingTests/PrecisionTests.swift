import Datasets
import Layers
import Models
import Tensors
import Testing
import Training

/// Training in float16, where the device has it.
@Suite struct PrecisionTests {
  private static var hasFloat16: Bool { Precision.float16.obstacle == nil }

  private func trainer(_ precision: Precision) throws -> Trainer<CycleGAN> {
    var recipe = Recipe()
    recipe.generator.network.use(ResNetGenerator.self) { ($0.width, $0.blocks) = (8, 1) }
    recipe.discriminator.use(PatchDiscriminator.self) { ($0.width, $0.layers) = (8, 1) }
    recipe.optimizer.precision = precision
    return Trainer(
      try CycleGAN(recipe), plan: try .constant(steps: 20), optimizer: recipe.optimizer, seed: 1)
  }

  private func sample(_ step: Int, scale: Float = 1) -> UnpairedSample {
    func images(_ name: String) -> NDArray {
      (Tensor(RandomImages.array("\(name)\(step)", size: 24)) * scale).value
    }
    return UnpairedSample(a: images("a"), b: images("b"))
  }

  private func weights(_ trainer: Trainer<CycleGAN>) -> [[Float]] {
    trainer.task.generators.flatMap { $0.network.parameters.map(\.value.scalars) }
  }

  @Test(.enabled(if: hasFloat16, "the device does not compute in float16")) func lossesFollowFloat32() throws {
    let (half, full) = (try trainer(.float16), try trainer(.float32))
    for step in 0..<8 {
      let (losses, expected) = (half.step(sample(step)).losses, full.step(sample(step)).losses)
      for (loss, wanted) in zip(losses, expected) {
        #expect(abs(loss.value - wanted.value) <= 0.02 * abs(wanted.value), "\(loss.name) in step \(step)")
      }
    }
  }

  @Test(.enabled(if: hasFloat16, "the device does not compute in float16")) func sameBitsTwice() throws {
    let trainers = [try trainer(.float16), try trainer(.float16)]
    for trainer in trainers { for step in 0..<6 { _ = trainer.step(sample(step)) } }
    #expect(weights(trainers[0]) == weights(trainers[1]))
  }

  @Test(.enabled(if: hasFloat16, "the device does not compute in float16")) func stepsOutOfRangeAreTakenInFloat32()
    throws
  {
    let (half, full) = (try trainer(.float16), try trainer(.float32))
    for step in 0..<4 {
      // Images of 1e6 are beyond float16.
      let report = half.step(sample(step, scale: 1e6))
      #expect(report.leftRange && report.nonFinite == nil)
      #expect(!full.step(sample(step, scale: 1e6)).leftRange)
    }
    #expect(weights(half) == weights(full))
    #expect(!half.step(sample(4)).leftRange)
  }

  @Test(arguments: [1, 2, 5, 10, 11, 100]) func repeatedStepsAreTold(count: Int) {
    var steps = RepeatedSteps()
    let notices = (0..<count).map { _ in steps.notice(of: .float16) }
    #expect(notices.compactMap { $0 }.count == (count >= 100 ? 3 : count >= 10 ? 2 : 1))
    #expect((notices.last ?? nil) != nil || ![1, 10, 100].contains(count))
  }
}
