/// A network with an encoder that can begin with a classifier's weights, and learn at a rate of its own.
public protocol EncodingNetwork: GeneratorNetwork {
  var encoder: EfficientNetLite0Encoder { get }
}
