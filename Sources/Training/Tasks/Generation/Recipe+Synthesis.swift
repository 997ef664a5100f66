import Datasets
import Models

/// The networks of generation from noise, fitted to images.
extension Recipe {
  private var side: Int { data.source == .ring ? 1 : data.cropSize }

  func fittedGenerator(channels: Int, classes: Int) throws(RecipeProblem) -> NetworkDescription {
    let choice = generator.network.fitted {
      $0.synthesis(outputChannels: channels, classes: classes, imagesOf: side)
    }
    try choice.check("generator")
    guard let network = choice.network, network.network is any SynthesisNetwork.Type else {
      throw RecipeProblem(
        "generator.network", "generator.network is \(choice.name), which does not make images from noise")
    }
    return network
  }

  func fittedDiscriminator(channels: Int, classes: Int) throws(RecipeProblem) -> NetworkDescription {
    let settings = synthesis
    let choice = discriminator.fitted {
      $0.whole(
        inputChannels: channels + ImageJudge.furtherChannels(settings.condition, classes: classes),
        outputs: ImageJudge.outputs(settings.condition, classes: classes, generators: settings.generators),
        imagesOf: side)
    }
    try choice.check("discriminator")
    guard let network = choice.network, network.network is any WholeDiscriminator.Type else {
      throw RecipeProblem(
        "discriminator.network", "discriminator.network is \(choice.name), which does not judge whole images")
    }
    return network
  }

  /// With random weights.
  ///
  /// - Parameter name: of the generator, by which its weights are drawn.
  func makeGenerator(channels: Int, classes: Int, named name: String) throws(RecipeProblem) -> any SynthesisNetwork {
    let description = try fittedGenerator(channels: channels, classes: classes)
    guard let network = description.makeNetwork() as? any SynthesisNetwork else {
      throw RecipeProblem("generator.network", "generator.network does not make images from noise")
    }
    description.initializer.initialize(network, seed: seed, purpose: name)
    return network
  }

  func makeWholeDiscriminator(channels: Int, classes: Int) throws(RecipeProblem) -> any WholeDiscriminator {
    let description = try fittedDiscriminator(channels: channels, classes: classes)
    guard let network = description.makeNetwork() as? any WholeDiscriminator else {
      throw RecipeProblem("discriminator.network", "discriminator.network does not judge whole images")
    }
    description.initializer.initialize(network, seed: seed, purpose: "discriminator")
    return network
  }
}
