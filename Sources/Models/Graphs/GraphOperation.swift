import Tensors

/// An operation in a network's graph, on images with channels.
public enum GraphOperation: Hashable, Sendable {
  case input
  /// A convolution with a bias, stride 1, and zeros around the image that keep its size. The shape is the weight's in
  /// PyTorch's layout, `[out, in, kH, kW]`.
  case convolution(Shape)
  /// A rectifier with a slope below 0 for each channel.
  case parametricRectifier(channels: Int)
  /// A rectifier with one slope below 0; slope 0 is the ReLU.
  case leakyRectifier(slope: Float)
  case sigmoid
  /// x sigmoid(x).
  case sigmoidRectifier
  case sum
  case product
  case scaling(by: Float)
  case shift(by: Float)
  /// A shift by a number for each channel.
  case channelShift(by: [Float])
  case concatenation
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

extension GraphOperation: CustomStringConvertible {
  public var description: String {
    switch self {
    case .input: "the input"
    case .convolution(let shape): "a convolution with a weight \(shape)"
    case .parametricRectifier(let channels): "a rectifier with \(channels) slopes"
    case .leakyRectifier(let slope): slope == 0 ? "a rectifier" : "a rectifier with slope \(slope)"
    case .sigmoid: "a sigmoid"
    case .sigmoidRectifier: "a rectifier x sigmoid(x)"
    case .sum: "a sum"
    case .product: "a product"
    case .scaling(let factor): "a multiplication by \(factor)"
    case .shift(let amount): "an addition of \(amount)"
    case .channelShift(let amounts): "an addition of \(amounts.prefix(4))\(amounts.count > 4 ? " and more" : "")"
    case .concatenation: "a concatenation"
    case .nearest(let factor): "an enlargement by \(factor), nearest"
    case .bilinear(let factor): "an enlargement by \(factor), bilinear"
    case .pixelShuffle(let factor): "a pixel shuffle by \(factor)"
    case .pixelUnshuffle(let factor): "a pixel unshuffle by \(factor)"
    case .otherResizing(let description): description
    }
  }
}
