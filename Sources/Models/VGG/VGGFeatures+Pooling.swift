import Tensors

extension VGGFeatures: FeatureNetwork {
  public var view: FeatureView { .centered(side: 256) }

  /// The last three stages.
  public static func configurationForFeatures(_ recognized: Configuration) -> Configuration {
    var configuration = recognized
    configuration.weights = Dictionary(
      uniqueKeysWithValues: configuration.depth.lastLayers.suffix(3).map { ($0, 1) })
    return configuration
  }

  /// The means of each of `layerNames` after its rectifier. Each layer's have a mean square of 1, so that none
  /// outweighs the others.
  public func pooledFeatures(of images: Tensor) -> Tensor {
    let layers = features(images).map { layer in
      let means = layer.rectified().mean(axes: [1, 2])
      let meanSquare = means.squared().mean(axes: [1], keepingDimensions: true)
      return means / (meanSquare + 1e-20).squareRoot()
    }
    return concatenated(layers, axis: 1)
  }
}
