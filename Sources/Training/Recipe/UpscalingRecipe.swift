import Checkpoints
import Layers
import Models

extension Recipe.Generator {
  /// Super-resolution's network, as a model file describes it.
  var upscalingNetwork: NetworkDescription {
    switch network {
    case .srresnet:
      var configuration = SRResNet.Configuration()
      configuration.width = width
      configuration.blocks = blocks
      configuration.scale = scale
      return NetworkDescription(SRResNet.self, configuration)
    case .msrresnet:
      var configuration = MSRResNet.Configuration()
      configuration.width = width
      configuration.blocks = blocks
      configuration.scale = scale
      configuration.upsampling = enlargement
      return NetworkDescription(MSRResNet.self, configuration)
    case .rrdb:
      var configuration = RRDBNet.Configuration()
      configuration.width = width
      configuration.growth = growth
      configuration.blocks = blocks
      configuration.scale = scale
      return NetworkDescription(RRDBNet.self, configuration)
    case .srvgg:
      var configuration = SRVGGNet.Configuration()
      configuration.width = width
      configuration.convolutions = blocks
      configuration.scale = scale
      return NetworkDescription(SRVGGNet.self, configuration)
    case .resnet, .unet:
      preconditionFailure("\(network.rawValue) does not enlarge images")
    }
  }

  /// Networks without norms begin as little more than their skips.
  var upscalingInitializer: Initializer {
    switch network {
    case .resnet, .unet, .srresnet: .normal(deviation: 0.02)
    case .msrresnet, .rrdb: .kaiming(scale: 0.1)
    case .srvgg: .kaiming(scale: 0.4)
    }
  }
}
