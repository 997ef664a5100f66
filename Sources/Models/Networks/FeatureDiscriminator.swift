import Layers
import Tensors

/// A discriminator that exposes its features, which a generator can be trained to match (feature matching, Salimans et
/// al. 2016) without another network's.
public protocol FeatureDiscriminator: Layer {
  /// The logits, and the rectified outputs of all convolutions before the last layers, in order.
  func judged(_ input: Tensor) -> (verdict: Tensor, features: [Tensor])
}

extension FeatureDiscriminator {
  public func callAsFunction(_ input: Tensor) -> Tensor { judged(input).verdict }
}
