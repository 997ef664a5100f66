import Checkpoints
import Foundation
import Layers
import Models

extension Recipe {
  /// A generator that keeps an image's size, with random weights or those of `generator.initial`; its encoder, if it has
  /// one, with those of `encoder.file`.
  ///
  /// - Parameter name: what checkpoints and reports call the network; its random weights depend on it.
  ///
  /// Throws `RecipeProblem` if the recipe's network is of another kind, `CheckpointError` if `generator.initial` holds
  /// a different network.
  public func makeTranslationNetwork(
    inputChannels: Int = 3, outputChannels: Int = 3, named name: String = "generator"
  ) throws -> any TranslationNetwork {
    let description = try generatorDescription(inputChannels: inputChannels, outputChannels: outputChannels)
    if let model = try initialModel(of: description, named: name) { return try model.generator() }
    guard let network = description.makeTranslationNetwork() else {
      throw RecipeProblem(
        "generator.network", "generator.network is \(description.name), which changes an image's size")
    }
    description.initializer.initialize(network, seed: seed, purpose: name)
    try fillEncoder(of: network)
    return network
  }

  /// A generator that enlarges images, with random weights or those of `generator.initial`.
  ///
  /// Throws as `makeTranslationNetwork` does.
  public func makeUpscalingNetwork() throws -> any UpscalingNetwork {
    let description = try generatorDescription(inputChannels: 3, outputChannels: 3)
    if let model = try initialModel(of: description, named: "generator") { return try model.upscaler() }
    guard let network = description.makeUpscalingNetwork() else {
      throw RecipeProblem(
        "generator.network", "generator.network is \(description.name), which does not enlarge images")
    }
    description.initializer.initialize(network, seed: seed, purpose: "generator")
    return network
  }

  /// A discriminator of crops, with random weights or those of a checkpoint in `generator.initial`, if that is a run's
  /// folder.
  ///
  /// - Parameter name: what checkpoints and reports call the network.
  ///
  /// Throws `RecipeProblem` if the recipe's network is no discriminator or cannot be built, `CheckpointError` if the
  /// checkpoint cannot be read.
  public func makeDiscriminator(
    inputChannels: Int, named name: String = "discriminator"
  ) throws -> any DiscriminatorNetwork {
    try discriminator.check("discriminator")
    let description = discriminator.discriminator(inputChannels: inputChannels, imagesOf: data.cropSize)
    if let description { try Self.check(description, "discriminator") }
    guard let description, let network = description.makeDiscriminator() else {
      throw RecipeProblem("discriminator.network", "discriminator.network is not a discriminator")
    }
    description.initializer.initialize(network, seed: seed, purpose: name)
    try begin(network, named: name)
    return network
  }

  /// A classifier with random weights.
  ///
  /// Throws `RecipeProblem` if the recipe's network is no classifier or cannot be built.
  public func makeClassifier(inputChannels: Int, classes: Int) throws -> any ClassifierNetwork {
    try classifier.check("classifier")
    let description = classifier.network?.classifier(
      inputChannels: inputChannels, classes: classes, imagesOf: data.cropSize)
    if let description { try Self.check(description, "classifier") }
    guard let description, let network = description.makeNetwork() as? any ClassifierNetwork else {
      throw RecipeProblem("classifier.network", "classifier.network is not a classifier")
    }
    description.initializer.initialize(network, seed: seed, purpose: "classifier")
    return network
  }

  private func generatorDescription(inputChannels: Int, outputChannels: Int) throws -> NetworkDescription {
    try generator.network.check("generator")
    let network = generator.network.generator(inputChannels: inputChannels, outputChannels: outputChannels)
    guard let network else { throw RecipeProblem("generator.network", "generator.network is not a generator") }
    try Self.check(network, "generator")
    return network
  }

  /// Throws for a network that cannot be built.
  private static func check(_ network: NetworkDescription, _ role: String) throws(RecipeProblem) {
    guard let problem = network.problem else { return }
    throw RecipeProblem("\(role).network", "the \(role) \(network.name) cannot be built: \(problem)")
  }
}
