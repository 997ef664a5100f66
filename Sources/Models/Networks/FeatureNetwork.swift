import Tensors

/// A classifier by whose features sets of images are compared.
public protocol FeatureNetwork: Network {
  /// How an image becomes what the network sees.
  var view: FeatureView { get }

  /// The configuration that takes these features, for one that was recognised in a file; by default the same.
  static func configurationForFeatures(_ recognized: Configuration) -> Configuration

  /// `[N, side, side, 3]` in 0...1 -> `[N, features]`, means over the whole image.
  func pooledFeatures(of images: Tensor) -> Tensor

  /// The classes' probabilities of images with these features, `[N, features]` -> `[N, classes]`; nil for a network that is no
  /// classifier, and by default.
  func probabilities(ofFeatures features: Tensor) -> Tensor?
}

extension FeatureNetwork {
  public static func configurationForFeatures(_ recognized: Configuration) -> Configuration { recognized }
  public func probabilities(ofFeatures features: Tensor) -> Tensor? { nil }
}

/// How an image of any size becomes a square.
public enum FeatureView: Sendable, Equatable {
  /// The whole image, stretched; bilinear and not antialiased, as PyTorch's `interpolate` does it.
  case stretched(side: Int)
  /// The largest square in its middle, resized bicubically as Pillow does it.
  case centered(side: Int)
}
