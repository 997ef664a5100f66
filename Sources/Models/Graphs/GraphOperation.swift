import Tensors

/// An operation in a network's graph, on images with channels.
public enum GraphOperation: Hashable, Sendable {
  case input
  case convolution(GraphConvolution)
  case norm(GraphNorm)
  /// Rows and columns added at each side by reflection at the outermost ones, which are not repeated.
  case reflection(by: Int)
  /// Each channel's convolution with [1, 2, 1] in both directions, over 16, of every `stride`-th pixel, without padding.
  case blur(channels: Int, stride: Int)
  /// A rectifier with a slope below 0 for each channel, or one for all.
  case parametricRectifier(channels: Int)
  /// A rectifier with one slope below 0; slope 0 is the ReLU.
  case leakyRectifier(slope: Float)
  case clamping(to: ClosedRange<Float>)
  case sigmoid
  /// x sigmoid(x).
  case sigmoidRectifier
  /// x tanh(ln(1 + exp(x))).
  case mish
  case hyperbolicTangent
  /// Over channels.
  case softmax
  /// The second of two may be a single pixel, which is added to all.
  case sum
  case product
  case scaling(by: Float)
  case shift(by: Float)
  /// A shift by a number for each channel.
  case channelShift(by: [Float])
  case channelScaling(by: [Float])
  /// A shift by a learnt number for each channel, times a factor.
  case learntShift(channels: Int, factor: Float)
  /// Each pixel's channels times a matrix `[out, in]`, row by row.
  case mixing([Float], outputs: Int)
  case concatenation
  case channels(Range<Int>)
  /// Over the whole image, to a single pixel.
  case globalMean
  /// Enlargement by repeating pixels.
  case nearest(factor: Int)
  case bilinear(factor: Int)
  case pixelShuffle(factor: Int)
  case pixelUnshuffle(factor: Int)
  /// Another change of size, which no network here has.
  case otherResizing(String)

  /// Whether the order of the inputs does not matter.
  var isCommutative: Bool { self == .sum || self == .product }
}

extension GraphOperation {
  /// The tensors with its weights, in PyTorch's layout: what their names have after the operation's, and their shapes.
  public var tensors: [(suffix: String, shape: Shape)] {
    switch self {
    case .convolution(let convolution):
      [(".weight", convolution.shape)] + (convolution.hasBias ? [(".bias", [convolution.outputChannels])] : [])
    case .norm(let norm): norm.tensors
    case .parametricRectifier(let channels): [(".weight", [channels])]
    case .learntShift(let channels, _): [("", [channels])]
    default: []
    }
  }
}

extension GraphNorm {
  /// As an operation's.
  public var tensors: [(suffix: String, shape: Shape)] {
    let names =
      (isAffine ? [".weight", ".bias"] : []) + (kind == .batch ? [".running_mean", ".running_var"] : [])
    return names.map { ($0, [channels]) }
  }
}

extension GraphOperation {
  /// The weights of a blur as a convolution in as many groups as channels.
  public static func blurFilter(channels: Int) -> [Float] {
    let filter: [Float] = [1, 2, 1, 2, 4, 2, 1, 2, 1].map { $0 / 16 }
    return Array(repeatElement(filter, count: channels).joined())
  }
}

extension GraphOperation: CustomStringConvertible {
  public var description: String {
    switch self {
    case .input: "the input"
    case .convolution(let convolution): convolution.description
    case .norm(let norm): norm.description
    case .reflection(let amount): "a padding by \(amount) reflected rows and columns"
    case .blur: "a blur"
    case .parametricRectifier(let channels): "a rectifier with \(channels) slopes"
    case .leakyRectifier(let slope): slope == 0 ? "a rectifier" : "a rectifier with slope \(slope)"
    case .clamping(let range): "a clamping to \(range.lowerBound) to \(range.upperBound)"
    case .sigmoid: "a sigmoid"
    case .sigmoidRectifier: "a rectifier x sigmoid(x)"
    case .mish: "a rectifier x tanh(ln(1 + exp(x)))"
    case .hyperbolicTangent: "a hyperbolic tangent"
    case .softmax: "a softmax"
    case .sum: "a sum"
    case .product: "a product"
    case .scaling(let factor): "a multiplication by \(factor)"
    case .shift(let amount): "an addition of \(amount)"
    case .channelShift(let amounts): "an addition of \(Self.listed(amounts))"
    case .channelScaling(let factors): "a multiplication by \(Self.listed(factors))"
    case .learntShift: "an addition of learnt numbers"
    case .mixing(_, let outputs): "a fixed matrix with \(outputs) outputs"
    case .concatenation: "a concatenation"
    case .channels(let range): "the channels from \(range.lowerBound) to before \(range.upperBound)"
    case .globalMean: "a mean over the image"
    case .nearest(let factor): "an enlargement by \(factor), nearest"
    case .bilinear(let factor): "an enlargement by \(factor), bilinear"
    case .pixelShuffle(let factor): "a pixel shuffle by \(factor)"
    case .pixelUnshuffle(let factor): "a pixel unshuffle by \(factor)"
    case .otherResizing(let description): description
    }
  }

  private static func listed(_ numbers: [Float]) -> String {
    "\(numbers.prefix(4))\(numbers.count > 4 ? " and more" : "")"
  }
}

extension GraphConvolution: CustomStringConvertible {
  public var description: String {
    let name = isTransposed ? "a transposed convolution" : "a convolution"
    let (standard, padding) = (
      shape.rank > 2 ? shape[2] / 2 : 0, before == after ? "\(before)" : "\(before) and \(after)"
    )
    return name + (stride == 1 ? "" : " of stride \(stride)") + " with a weight \(shape)"
      + (groups == 1 ? "" : " in \(groups) groups") + (hasBias ? "" : " without bias")
      + (before == standard && after == standard ? "" : ", padded by \(padding)")
  }
}

extension GraphNorm: CustomStringConvertible {
  public var description: String {
    let name =
      switch kind {
      case .instance: "instance norm"
      case .group(let count): "norm of \(count) groups"
      case .layer: "layer norm"
      case .batch: "batch norm"
      }
    return "a \(name) of \(channels) channels, epsilon \(epsilon)" + (isAffine ? "" : ", without weights")
  }
}
