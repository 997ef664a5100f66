import Layers
import Tensors
import TestSupport
import Testing

private struct Attributes: Decodable {
  var operation: String
}

@Test(arguments: try GoldenFile("losses").cases)
func loss(_ golden: GoldenCase) throws {
  let attributes: Attributes = try golden.attributes()
  try checkOperation(golden) { inputs in
    let (input, target) = (inputs["input"]!, inputs["target"]!)
    return switch attributes.operation {
    case "meanAbsoluteError": meanAbsoluteError(input, target)
    case "meanSquaredError": meanSquaredError(input, target)
    case "binaryCrossEntropy": binaryCrossEntropy(logits: input, targets: target)
    default: preconditionFailure("no such loss: \(attributes.operation)")
    }
  }
}

@Test(arguments: try GoldenFile("crossEntropy").cases)
func crossEntropyFollowsPyTorch(_ golden: GoldenCase) throws {
  try checkOperation(golden) { inputs in
    crossEntropy(logits: inputs["logits"]!, targets: inputs["targets"]!, weights: inputs["weights"])
  }
}

@Test func lossesAgainstOneNumberAreThoseAgainstManyOfIt() {
  let input = Tensor(randomValues(shape: [2, 5, 4, 1], "input"))
  let labels = Tensor(NDArray(repeating: 0.9, shape: [2, 5, 4, 1]))
  #expect(meanSquaredError(input, 0.9).value == meanSquaredError(input, labels).value)
  #expect(
    binaryCrossEntropy(logits: input, target: 0.9).value == binaryCrossEntropy(logits: input, targets: labels).value)
}

@Test func adversarialLossesOfKnownLogits() {
  let (real, fake) = (Tensor(NDArray([2, 0.5], shape: [2])), Tensor(NDArray([-3, 0.25], shape: [2])))
  func expect(_ loss: AdversarialLoss, generator: Float, discriminator: Float) {
    #expect(abs(loss.generator(fake: fake, real: real).scalar - generator) < 1e-6)
    #expect(abs(loss.discriminator(real: real, fake: fake).scalar - discriminator) < 1e-6)
  }
  expect(.leastSquares, generator: (16 + 0.5625) / 2, discriminator: ((1 + 0.25) / 2 + (9 + 0.0625) / 2) / 2)
  expect(.hinge, generator: (3 - 0.25) / 2, discriminator: ((0 + 0.5) / 2 + (0 + 1.25) / 2) / 2)
  // -log sigmoid(-3) = 3.0485873, -log sigmoid(0.25) = 0.5759394, and so on.
  expect(
    .vanilla, generator: (3.0485873 + 0.5759394) / 2,
    discriminator: ((0.1269280 + 0.4740770) / 2 + (0.0485873 + 0.8259394) / 2) / 2)
  // The real logits are 3.375 and 1.875 above the fakes' mean, the fake ones 4.25 and 1 below the real images' mean.
  expect(.relativistic, generator: 2.750936, discriminator: 0.125936)
}

@Test func accuraciesOfKnownLogits() {
  let (real, fake) = (Tensor(NDArray([2, 0.4, -1, 0.5], shape: [4])), Tensor(NDArray([-3, 0.25], shape: [2])))
  func expect(_ loss: AdversarialLoss, real expectedReal: Float, fake expectedFake: Float) {
    let accuracies = loss.accuracies(real: real, fake: fake)
    #expect(accuracies.real.scalar == expectedReal && accuracies.fake.scalar == expectedFake, "\(loss)")
  }
  // A logit in the middle counts as half right.
  expect(.leastSquares, real: 1.5 / 4, fake: 1)
  expect(.vanilla, real: 0.75, fake: 0.5)
  expect(.hinge, real: 0.75, fake: 0.5)
  // The fakes' mean is -1.375, the real images' 0.475.
  expect(.relativistic, real: 1, fake: 1)
}
