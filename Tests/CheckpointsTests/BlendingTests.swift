import Checkpoints
import Foundation
import Layers
import Models
import Tensors
import TestSupport
import Testing

@Suite struct BlendingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ network: some GeneratorNetwork, seed: UInt64, task: String, licence: String) throws -> ModelFile
  {
    Initializer.kaiming(scale: 1).initialize(network, seed: seed, purpose: "blend")
    var description = ModelDescription(task: task, network: NetworkDescription(of: network))
    (description.name, description.licence) = ("number \(seed)", licence)
    let url = folder.url.appending(path: "\(seed).safetensors")
    try ModelFile.write(network, description: description, to: url)
    return try ModelFile(contentsOf: url)
  }

  private var upscaler: SRVGGNet {
    var configuration = SRVGGNet.Configuration()
    (configuration.width, configuration.convolutions) = (4, 2)
    return SRVGGNet(configuration)
  }

  private var translator: ResNetGenerator {
    var configuration = ResNetGenerator.Configuration()
    (configuration.width, configuration.blocks, configuration.norm) = (2, 1, .batch)
    return ResNetGenerator(configuration)
  }

  @Test(arguments: [0, 0.3, 1]) func weightsAreMixed(share: Double) throws {
    for (network, other, task) in [
      (upscaler, upscaler, "super-resolution"), (translator, translator, "cyclegan"),
    ] as [(any GeneratorNetwork, any GeneratorNetwork, String)] {
      let first = try write(network, seed: 1, task: task, licence: "MIT")
      let second = try write(other, seed: 2, task: task, licence: "CC BY 4.0")
      let url = folder.url.appending(path: "blend.safetensors")
      try first.writeBlend(with: second, share: share, to: url)
      let blend = try ModelFile(contentsOf: url)
      #expect(blend.description.network == first.description.network && blend.description.task == task)
      #expect(blend.description.name == "number 1 with \(share) of number 2")
      #expect(blend.description.licence == "MIT; and CC BY 4.0")
      let parameters = try [blend, first, second].map { try $0.network().parameters.map(\.value.scalars) }
      for ((mixed, one), two) in zip(zip(parameters[0], parameters[1]), parameters[2]) {
        for ((mixed, one), two) in zip(zip(mixed, one), two) {
          #expect(abs(mixed - (one * Float(1 - share) + two * Float(share))) < 1e-6)
        }
      }
    }
  }

  @Test func otherNetworksAreRefused() throws {
    let first = try write(upscaler, seed: 1, task: "super-resolution", licence: "MIT")
    let second = try write(translator, seed: 2, task: "cyclegan", licence: "MIT")
    let error = #expect(throws: CheckpointError.self) { try first.blended(with: second, share: 0.5) }
    #expect("\(error!)".contains("2.safetensors: holds ResNet generator"))
    #expect("\(error!)".contains("expected the same network as"))
  }
}
