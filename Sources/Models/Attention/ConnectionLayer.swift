import Layers
import Tensors

/// What follows a group of attention blocks, before its input is added: one convolution or three, with leaky rectifiers
/// between them.
public struct ConnectionLayer: Layer {
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// A 3x3 convolution.
    case plain
    /// A 3x3, a 1x1 and a 3x3 convolution with a quarter of the channels between them.
    case bottleneck
  }

  public let convolutions: [Conv2D]

  init(_ width: Int, _ kind: Kind) {
    convolutions =
      switch kind {
      case .plain: [Conv2D(width, width, kernel: 3, padding: 1)]
      case .bottleneck:
        [
          Conv2D(width, width / 4, kernel: 3, padding: 1), Conv2D(width / 4, width / 4, kernel: 1),
          Conv2D(width / 4, width, kernel: 3, padding: 1),
        ]
      }
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    convolutions.dropFirst().reduce(convolutions[0](input)) { $1($0.leakyRectified(slope: 0.2)) }
  }

  static func keys(_ path: String, _ key: String, _ width: Int, _ kind: Kind) -> [TensorKey] {
    switch kind {
    case .plain: return TensorKey.convolution("\(path).convolutions.0", key, width, width)
    case .bottleneck:
      return TensorKey.convolution("\(path).convolutions.0", "\(key).0", width, width / 4)
        + TensorKey.convolution("\(path).convolutions.1", "\(key).2", width / 4, width / 4, kernel: 1)
        + TensorKey.convolution("\(path).convolutions.2", "\(key).4", width / 4, width)
    }
  }
}

extension ConnectionLayer.Kind {
  /// The radius of all its convolutions.
  var radius: Int { self == .plain ? 1 : 2 }
}
