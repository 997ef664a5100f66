import Checkpoints
import Foundation
import Layers
import Models
import Tensors
import Testing

/// Generators as others save them, made by scripts/golden/variants.py: under other names, in other containers, with parts
/// of their own.
@Suite struct VariantFilesTests {
  private static func url(_ name: String) -> URL { Golden.url("Variants/\(name)") }

  private static func values(_ name: String) throws -> (image: Tensor, expected: TensorFile) {
    let expected = try TensorFile(contentsOf: url("\(name).expected.safetensors"))
    return (Tensor(try #require(expected.array(named: "image"))).transposed([0, 2, 3, 1]), expected)
  }

  private static func error(of result: Tensor, from truth: NDArray?) throws -> Float {
    let result = withoutGradients { result.transposed([0, 3, 1, 2]).value }
    let truth = try #require(truth)
    try #require(result.shape == truth.shape)
    return zip(result.scalars, truth.scalars).map { abs($0 - $1) }.max() ?? .infinity
  }

  @Test(arguments: [
    ("leaky", ", LeakyReLU"), ("leaky-instance", ", instance norms, LeakyReLU"),
    ("collection-first", ", ReLU, norms in its upsampling, tanh at its end, input as signed"),
    (
      "collection",
      ", norms with an epsilon of 0.8, norms in its upsampling, tanh at its end, input as imageNet"
    ),
    ("tutorial", ", tanh at its end, input as imageNet"), ("channelwise", ", slopes for each channel, tanh at its end"),
    ("unseen", ""), ("unseen-without-norms", ", 3x3 at its ends, no norms"),
    ("unseen-x3", ", no norm after its blocks"), ("esrgan-plus", ", residual dense blocks (ESRGAN+)"),
    ("esrgan-plus-modules", ", residual dense blocks (ESRGAN+)"), ("mmsr", ""),
  ])
  func upscalesAsPyTorchDoes(name: String, parts: String) throws {
    let model = try ModelFile(contentsOf: Self.url("\(name).pth"))
    #expect(model.description.network.summary.hasSuffix("3 to 3 channels\(parts)"))
    let (image, expected) = try Self.values(name)
    let upscaler = try model.upscaler()
    let upscaled = withoutGradients { upscaler(image) }
    #expect(try Self.error(of: upscaled, from: expected.array(named: "result")) < 1e-5)

    // The same network under this program's names.
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "x.safetensors")
      func write(_ network: some UpscalingNetwork) throws {
        try ModelFile.write(network, description: model.description, to: url)
      }
      try write(upscaler)
      let copy = try ModelFile(contentsOf: url)
      #expect(copy.description.network == model.description.network)
      let again = try copy.upscaler()
      #expect(withoutGradients { again(image).value } == upscaled.value)
    }
  }

  @Test(arguments: [
    "lightning.pth", "average.pth", "average-beside.pth", "averaged-model.pth", "any-prefix.pth", "profiled.pth",
    "half.pth", "other-names.pth", "module.pth", "module-legacy.pth", "module-parallel.pth", "module-deflated.pth",
    "traced.pt", "scripted.pt", "spectral.pth", "spectral-parametrized.pth", "directed.pth",
    "directed-parametrized.pth", "affine.pth", "affine-unet.pth",
  ])
  func translatesAsPyTorchDoes(file: String) throws {
    let (image, expected) = try Self.values(String(file.prefix { $0 != "." }))
    let generator = try ModelFile(contentsOf: Self.url(file)).generator()
    let translated = withoutGradients { generator(image) }
    #expect(try Self.error(of: translated, from: expected.array(named: "result")) < 1e-5)
  }

  @Test func choosesOneOfTwoGeneratorsByDirection() throws {
    let (image, expected) = try Self.values("two-generators")
    let url = Self.url("two-generators.pth")
    let model = try ModelFile(contentsOf: url, direction: .aToB)
    #expect(model.description.direction == .aToB)
    #expect(model.selection == "netG_A2B (beside netG_B2A)")
    let generator = try model.generator()
    #expect(try Self.error(of: withoutGradients { generator(image) }, from: expected.array(named: "result")) < 1e-5)
    let other = try ModelFile(contentsOf: url, direction: .bToA)
    #expect(other.description.direction == .bToA)
    let inverse = try other.generator()
    #expect(try Self.error(of: withoutGradients { inverse(image) }, from: expected.array(named: "result")) > 0.01)
  }

  @Test(arguments: [
    (
      "two-generators.pth",
      "holds 2 generators, netG_A2B (AtoB) and netG_B2A (BtoA): choose one by its direction, AtoB or BtoA"
    ),
    (
      "unknown-rectifiers.pth",
      "resembles an SRResNet of 1 block, width 5, but its rectifiers have no weights, and its names do not tell whether "
        + "they are ReLU or LeakyReLU"
    ),
  ])
  func saysWhatKeepsAFileFromBeingRead(name: String, problem: String) throws {
    #expect(throws: CheckpointError(file: name, problem: problem)) {
      try ModelFile(contentsOf: Self.url(name))
    }
  }

  @Test func inspectionNamesBothOfTwoGenerators() throws {
    let text = try ModelInspection(contentsOf: Self.url("two-generators.pth")).text()
    #expect(text.contains("problem  holds 2 generators, netG_A2B (AtoB) and netG_B2A (BtoA)"))
  }

  @Test(arguments: ["two-without-directions.pth", "part-of-more.pth"])
  func takesNoPartOfAnotherNetwork(name: String) throws {
    #expect(throws: CheckpointError.self) { try ModelFile(contentsOf: Self.url(name)) }
  }

  /// An average over training is taken before the weights themselves, and inspection says so.
  @Test(arguments: [
    ("average.pth", "generator_ema (beside generator)"), ("average-beside.pth", "netG_ema (beside netG)"),
  ])
  func prefersAverages(name: String, selection: String) throws {
    #expect(try ModelFile(contentsOf: Self.url(name)).selection == selection)
    #expect(try ModelInspection(contentsOf: Self.url(name)).text().contains("weights     \(selection)\n"))
  }

  @Test(arguments: [TestMode.running, .asInTraining])
  func goesByTheStatisticsAskedFor(mode: TestMode) throws {
    let (image, expected) = try Self.values("batch-statistics")
    let generator = try ModelFile(contentsOf: Self.url("batch-statistics.pth")).generator(atTest: mode)
    let translated = withoutGradients { generator(image) }
    #expect(try Self.error(of: translated, from: expected.array(named: mode.rawValue)) < 1e-5)
  }

  @Test(arguments: ["traced.pt", "module-deflated.pth", "lightning.pth", "module-legacy.pth", "spectral.pth"])
  func survivesDamage(name: String) throws {
    try expectDamageIsSurvived("Variants/\(name)", copies: 100)
  }
}
