import Layers
import Tensors

/// Layers by their paths in the network, whose tensors' shapes in files tell what they are.
extension NetworkGraph {
  /// Adds a convolution.
  ///
  /// - Parameter padding: zeros at each side; by default none.
  mutating func convolution(
    at path: String, _ x: Value, stride: Int = 1, padding: Int = 0, groups: Int = 1, dilation: Int = 1
  ) -> Value {
    var convolution = GraphConvolution(weight(at: path), stride: stride, padding: padding)
    (convolution.groups, convolution.dilation) = (groups, dilation)
    return add(convolution, at: path, x)
  }

  /// Adds a transposed convolution.
  mutating func transposedConvolution(
    at path: String, _ x: Value, stride: Int, padding: Int, outputPadding: Int = 0
  ) -> Value {
    var convolution = GraphConvolution(weight(at: path), stride: stride, padding: padding)
    (convolution.isTransposed, convolution.outputPadding) = (true, outputPadding)
    return add(convolution, at: path, x)
  }

  mutating func add(_ convolution: GraphConvolution, at path: String, _ x: Value) -> Value {
    var convolution = convolution
    convolution.hasBias = shape(at: "\(path).bias") != nil
    return add(.convolution(convolution), on: x, key: key(at: "\(path).weight", without: ".weight"))
  }

  /// The shape of a convolution's weight.
  func weight(at path: String) -> Shape {
    guard let shape = shape(at: "\(path).weight") else { preconditionFailure("the network has no \(path).weight") }
    return shape
  }

  /// Adds a norm of a network used by the statistics that training gathered, or by each image's own.
  mutating func norm(at path: String, _ norm: Norm, channels: Int, usedAs mode: TestMode = .running, _ x: Value)
    -> Value
  {
    switch norm {
    case .instance:
      var norm = GraphNorm(.instance, channels: channels)
      norm.isAffine = false
      return apply(.norm(norm), x)
    case .affineInstance:
      return affineNorm(at: path, GraphNorm(.instance, channels: channels), x)
    case .batch:
      return affineNorm(at: path, GraphNorm(mode == .running ? .batch : .instance, channels: channels), x)
    }
  }

  /// Adds a norm with a factor and an offset for each channel.
  mutating func affineNorm(at path: String, _ norm: GraphNorm, _ x: Value) -> Value {
    add(.norm(norm), on: x, key: key(at: "\(path).scale", without: ".weight"))
  }

  /// Adds a norm of each pixel's channels, which only its name tells from others of the same.
  mutating func layerNorm(at path: String, epsilon: Float = 1e-5, _ x: Value) -> Value {
    guard let channels = shape(at: "\(path).scale")?[0] else { preconditionFailure("the network has no \(path).scale") }
    var norm = GraphNorm(.layer, channels: channels)
    norm.epsilon = epsilon
    return addNamed(.norm(norm), on: [x], key: key(at: "\(path).scale", without: ".weight"))
  }

  /// Adds a learnt matrix, whose path is that of a layer or of its weight alone.
  mutating func linear(at path: String, _ x: Value) -> Value {
    let name = shape(at: "\(path).weight") == nil ? path : "\(path).weight"
    guard let weight = shape(at: name) else { preconditionFailure("the network has no \(path)") }
    let hasBias = shape(at: "\(path).bias") != nil
    return addNamed(.linear(weight: weight, hasBias: hasBias), on: [x], key: key(at: name, without: ".weight"))
  }

  mutating func rectified(_ x: Value, slope: Float = 0) -> Value { apply(.leakyRectifier(slope: slope), x) }
}
