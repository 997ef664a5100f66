import Layers
import Models

extension Recipe.Discriminator {
  /// - Parameter cropSize: the side of what it judges.
  func makeNetwork(inputChannels: Int, cropSize: Int) -> any Layer {
    switch network {
    case .pixel:
      var configuration = PixelDiscriminator.Configuration()
      configuration.inputChannels = inputChannels
      configuration.width = width
      configuration.norm = norm
      return PixelDiscriminator(configuration)
    case .patch, .vgg, .unet:
      return makeFeatureNetwork(inputChannels: inputChannels, cropSize: cropSize)
    }
  }

  /// One that also shows what it judges by.
  func makeFeatureNetwork(inputChannels: Int, cropSize: Int) -> any FeatureDiscriminator {
    switch network {
    case .patch:
      var configuration = PatchDiscriminator.Configuration()
      configuration.inputChannels = inputChannels
      configuration.width = width
      configuration.layers = layers
      configuration.norm = norm
      return PatchDiscriminator(configuration)
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
    case .pixel:
      preconditionFailure("\(network.rawValue) shows no features")
    }
  }
}
