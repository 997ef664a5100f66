import Tensors

/// A generator whose first layers serve as an encoder, so that a translation's features can be compared with its source's
/// (Park et al. 2020).
public protocol ContrastedNetwork: TranslationNetwork {
  /// Its encoder's layers by name, from the image on, with the channels of their features.
  static func encoderLayers(of configuration: Configuration) -> [(name: String, channels: Int)]

  /// The features at some of those layers, in the order of the network; nothing beyond the last of them is computed.
  func features(of input: Tensor, at layers: Set<String>) -> [Tensor]
}
