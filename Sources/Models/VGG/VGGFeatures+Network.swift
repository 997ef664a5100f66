import Layers

extension VGGFeatures {
  public static let name = "vgg"
  public static let title = "VGG16 and VGG19"

  public static let settings: [Setting<Configuration>] = []

  public static func summary(of configuration: Configuration) -> String {
    let pooling = configuration.pooling == .antialiased ? " with anti-aliased pooling" : ""
    return configuration.depth.rawValue.uppercased() + pooling
      + ", a classifier whose features training can compare images by"
  }

  /// Recognises torchvision's files, of the whole network or its `features` alone, and the VGG16 with anti-aliased
  /// pooling in PyPI's stlpips-pytorch (Ghildyal and Liu 2022), and VGG16 in PyPI's lpips.
  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    for (depth, pooling, prefix) in published {
      var configuration = Configuration()
      configuration.depth = depth
      configuration.pooling = pooling
      configuration.weights = LayerChoice.vgg54.weights(in: depth)
      guard let first = tensorKeys(for: configuration, prefix: prefix).first,
        let channels = tensors.convolution(first.key, kernel: 3)
      else { continue }
      configuration.width = channels.output
      let keys = tensorKeys(for: configuration, prefix: prefix)
      if keys.allSatisfy({ tensors[$0.key] == $0.shape }) { return Recognition(configuration, keys: keys) }
    }
    return nil
  }

  private static let published: [(Depth, Pooling, prefix: String)] = [
    (.vgg19, .maximum, prefixOfFeatures), (.vgg19, .maximum, ""), (.vgg16, .maximum, prefixOfFeatures),
    (.vgg16, .maximum, ""), (.vgg16, .maximum, prefixOfSlices), (.vgg16, .antialiased, prefixOfSlices),
  ]
  private static let prefixOfFeatures = "features."
  private static let prefixOfSlices = "net.slice"

  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    tensorKeys(for: configuration, prefix: configuration.pooling == .maximum ? prefixOfFeatures : prefixOfSlices)
  }

  /// torchvision numbers convolutions, rectifiers and poolings in one list. So do lpips and stlpips-pytorch, where the
  /// list is cut into slices, one for each stage; in the latter, a pooling is two modules.
  private static func tensorKeys(for configuration: Configuration, prefix: String) -> [TensorKey] {
    let modulesOfPooling = configuration.pooling == .antialiased ? 2 : 1
    return configuration.convolutions.enumerated().flatMap { index, plan in
      let poolings = (plan.name.stage - 1) * modulesOfPooling
      let slice = prefix == prefixOfSlices ? "\(plan.name.stage)." : ""
      return TensorKey.convolution(
        "convolutions.\(index)", "\(prefix)\(slice)\(2 * index + poolings)", plan.input, plan.output)
    }
  }
}
