import Layers
import Tensors

/// A convolution in a network's graph, or a transposed one.
public struct GraphConvolution: Hashable, Sendable {
  /// The weight's in PyTorch's layout: `[out, in / groups, kH, kW]`; transposed, `[in, out / groups, kH, kW]`.
  public var shape: Shape
  public var stride = 1
  /// Zeros around the image: on its upper and left sides, and on the others. Of a transposed convolution, what is cut off
  /// its output.
  public var before: Int, after: Int
  public var groups = 1
  /// How far apart the pixels are that a kernel's values are multiplied by.
  public var dilation = 1
  public var hasBias = true
  public var isTransposed = false
  /// Rows and columns that a transposed convolution adds on the lower and right sides.
  public var outputPadding = 0

  /// With zeros that keep an image's size.
  public init(_ shape: Shape) {
    self.shape = shape
    (before, after) = (shape[2] / 2, shape[2] / 2)
  }

  public init(_ shape: Shape, stride: Int = 1, padding: Int) {
    self.shape = shape
    self.stride = stride
    (before, after) = (padding, padding)
  }

  public var outputChannels: Int { isTransposed ? shape[1] * groups : shape[0] }
}

/// A norm in a network's graph.
public struct GraphNorm: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// By each channel's mean and variance over each image.
    case instance
    /// By those of groups of channels over each image.
    case group(count: Int)
    /// By those of each pixel's channels.
    case layer
    /// By those that training gathered.
    case batch
  }

  public var kind: Kind
  public var channels: Int
  /// Added to the variance.
  public var epsilon: Float = 1e-5
  /// Whether a learnt factor and offset for each channel follow.
  public var isAffine = true

  public init(_ kind: Kind, channels: Int) {
    self.kind = kind
    self.channels = channels
  }

  /// The kind of norm of a network that has it after convolutions.
  var norm: Norm { kind == .batch ? .batch : isAffine ? .affineInstance : .instance }
}
