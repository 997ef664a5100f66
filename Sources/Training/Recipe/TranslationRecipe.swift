import Checkpoints
import Foundation
import Layers
import Models

extension Recipe.Generator {
  /// A network that keeps an image's size, as a model file describes it.
  func translationNetwork(inputChannels: Int = 3, outputChannels: Int = 3) -> NetworkDescription {
    switch network {
    case .resnet:
      var configuration = ResNetGenerator.Configuration()
      (configuration.inputChannels, configuration.outputChannels) = (inputChannels, outputChannels)
      configuration.width = width
      configuration.blocks = blocks
      configuration.norm = norm
      configuration.upsampling = upsampling
      configuration.dropout = dropout
      configuration.atTest = atTest
      return NetworkDescription(ResNetGenerator.self, configuration)
    case .unet:
      var configuration = UNetGenerator.Configuration()
      (configuration.inputChannels, configuration.outputChannels) = (inputChannels, outputChannels)
      configuration.width = width
      configuration.downsamplings = downsamplings
      configuration.norm = norm
      configuration.dropout = dropout
      configuration.atTest = atTest
      return NetworkDescription(UNetGenerator.self, configuration)
    case .srresnet, .msrresnet, .rrdb, .srvgg:
      preconditionFailure("\(network.rawValue) does not keep an image's size")
    }
  }
}

extension Recipe {
  /// With random weights, or those of `generator.initial`.
  ///
  /// Throws `CheckpointError` where that is not the recipe's network.
  func makeGenerator(_ network: NetworkDescription) throws -> any TranslationNetwork {
    guard generator.initial.isEmpty else {
      let model = try ModelFile(contentsOf: URL(filePath: generator.initial))
      try model.require(network)
      return try model.generator()
    }
    let made = network.makeRequiredTranslationNetwork()
    Initializer.normal(deviation: 0.02).initialize(made, seed: seed, purpose: "generator")
    return made
  }
}

extension NetworkDescription {
  /// Of a network that keeps an image's size, with all weights 0.
  func makeRequiredTranslationNetwork() -> any TranslationNetwork {
    guard let network = makeTranslationNetwork() else { preconditionFailure("\(name) does not keep an image's size") }
    return network
  }
}

extension ModelFile {
  /// Throws `CheckpointError` where the file holds another network than a recipe's generator.
  func require(_ network: NetworkDescription) throws {
    guard description.network == network else {
      throw CheckpointError(
        file: file.url.relativePath,
        problem: "is a \(description.network.summary), and the recipe's generator a \(network.summary)")
    }
  }
}
