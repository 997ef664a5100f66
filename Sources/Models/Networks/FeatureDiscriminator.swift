import Layers
import Tensors

/// A discriminator that shows what it goes by: a generator may be asked to match its features (Salimans et al. 2016) where
/// no other network's are at hand.
public protocol FeatureDiscriminator: Layer {
  /// The logits, and on the way to them the rectified output of every convolution before the last layers, in order.
  func judged(_ input: Tensor) -> (verdict: Tensor, features: [Tensor])
}

extension FeatureDiscriminator {
  public func callAsFunction(_ input: Tensor) -> Tensor { judged(input).verdict }
}
