import Checkpoints
import Foundation
import Images
import Layers
import Models
import Pipelines
import Testing

@Suite struct DenoisingTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch(files: ["run/log.txt"])
    try write("run/generator.safetensors", seed: 1)
    try write("run/generator-denoise.safetensors", seed: 2)
  }

  private func write(_ path: String, seed: UInt64) throws {
    var configuration = SRVGGNet.Configuration()
    (configuration.width, configuration.convolutions, configuration.scale) = (8, 2, 2)
    let network = SRVGGNet(configuration)
    Initializer.normal(deviation: 0.05).initialize(network, seed: seed, purpose: "test")
    let description = ModelDescription(
      task: "super-resolution", network: NetworkDescription(SRVGGNet.self, configuration))
    try ModelFile.write(network, description: description, to: scratch[path])
  }

  private func identity(_ path: String, denoising: Double) throws -> String {
    try Upscaler(modelAt: scratch[path], denoising: denoising).identity
  }

  @Test func fullStrengthIsThePartner() throws {
    let partner = try identity("run/generator-denoise.safetensors", denoising: 0)
    #expect(try identity("run/generator.safetensors", denoising: 1) == partner)
    #expect(try identity("run", denoising: 1) == partner)
    #expect(try identity("run", denoising: 0) == identity("run/generator.safetensors", denoising: 0))
  }

  @Test func everyStrengthHasResultsOfItsOwn() throws {
    let identities = try Set([0, 0.25, 0.5, 1].map { try identity("run", denoising: $0) })
    #expect(identities.count == 4)
  }

  @Test(arguments: [-0.5, 1.01, .nan])
  func refusesOtherStrengths(strength: Double) throws {
    let error = #expect(throws: ModelError.self) { try identity("run", denoising: strength) }
    #expect(error?.description.contains("the strength of denoising is \(strength), expected 0 to 1") == true)
  }

  @Test func refusesAPartnerThatIsNoModel() throws {
    try scratch.write("run/generator-denoise.safetensors", Data("no model".utf8))
    #expect(throws: CheckpointError.self) { try identity("run", denoising: 0.5) }
  }
}
