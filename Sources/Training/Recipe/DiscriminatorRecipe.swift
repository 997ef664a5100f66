import Layers
import Models

extension Recipe {
  /// With random weights; nil where no phase trains one.
  func makeDiscriminator(inputChannels: Int) -> (any FeatureDiscriminator)? {
    guard hasAdversarialPhase else { return nil }
    let network = discriminator.makeNetwork(inputChannels: inputChannels, cropSize: data.cropSize)
    Initializer.normal(deviation: 0.02).initialize(network, seed: seed, purpose: "discriminator")
    return network
  }
}

extension Recipe.Discriminator {
  /// - Parameter cropSize: the side of what it judges.
  func makeNetwork(inputChannels: Int, cropSize: Int) -> any FeatureDiscriminator {
    switch network {
    case .patch:
      var configuration = PatchDiscriminator.Configuration()
      configuration.inputChannels = inputChannels
      configuration.width = width
      configuration.layers = layers
      configuration.norm = norm
      return PatchDiscriminator(configuration)
    case .pixel:
      var configuration = PixelDiscriminator.Configuration()
      configuration.inputChannels = inputChannels
      configuration.width = width
      configuration.norm = norm
      return PixelDiscriminator(configuration)
    case .vgg:
      var configuration = VGGDiscriminator.Configuration()
      configuration.inputChannels = inputChannels
      configuration.width = width
      configuration.size = cropSize
      return VGGDiscriminator(configuration)
    case .unet:
      var configuration = UNetDiscriminator.Configuration()
      configuration.inputChannels = inputChannels
      configuration.width = width
      return UNetDiscriminator(configuration)
    }
  }
}
