import Tensors

/// An operation in a network's graph, on images with channels.
public enum GraphOperation: Hashable, Sendable {
  case input
  case convolution(GraphConvolution)
  /// Each pixel's channels times a learnt matrix `[out, in]`, which files may have with more axes of 1.
  case linear(weight: Shape, hasBias: Bool)
  /// The same by one of three matrices of equal size which files have below one another, with their biases.
  case linearPart(Int, weight: Shape)
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
  /// x times the normal distribution's function of x, exactly: the GELU.
  case normalRectifier
  case hyperbolicTangent
  /// Over channels.
  case softmax
  /// One of two may have a single pixel or a single channel, which goes to all.
  case sum
  case product
  case scaling(by: Float)
  case shift(by: Float)
  /// Of values from 0, or above 0 if it is negative.
  case power(Float)
  /// A shift by a number for each channel.
  case channelShift(by: [Float])
  case channelScaling(by: [Float])
  /// A shift by a learnt number for each channel, times a factor.
  case learntShift(channels: Int, factor: Float)
  case learntScaling(channels: Int)
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
  /// Squares of pixels become one, with the channels of its first pixel, then of the next in the row, and so on.
  case squares(side: Int)
  /// Over square windows, where padding never wins.
  case maximumPooling(window: Int, stride: Int, padding: Int)
  /// The first's change of size to the second's.
  case bilinearResizing
  /// The same by the pixel at or before each place.
  case nearestResizing
  /// Each pixel's mean with its neighbours above and to the left, where borders are repeated.
  case cornerMean
  /// Rows moved up and columns to the left, to come back at the other side; backwards where negative.
  case roll(by: Size)
  /// A learnt image of one row, of which each pixel is a row of a table.
  case table(pixels: Int, channels: Int)
  /// The columns of an image.
  case columns(Range<Int>)
  /// An image of the input's size that tells places: sines and cosines of a row, then of a column, from one wave over the image
  /// on to 10,000 times as long ones.
  case waves(channels: Int)
  /// Of each pixel of the second image with each of the first's, which are so many in one row and become channels.
  case pixelProducts(count: Int)
  /// An image of one row, of all distances between two pixels of a window: two channels, along rows and columns.
  case distances(within: Size)
  /// Of an image of one row with a pixel for each distance, one with a row for each query of a window and a column for each key.
  case relativePlaces(RelativePlaces)
  /// What keeps the pixels of windows apart that a roll has brought together from opposite sides; its input tells the image's size.
  case windowMask(GraphWindowMask)
  /// Of queries, keys and values, then of what is added to scores, as the attention says.
  case windowAttention(GraphAttention)
  /// Of queries, keys and values.
  case channelAttention(GraphChannelAttention)
  /// Another change of size, which no network here has.
  case otherResizing(String)

  /// Whether the order of the inputs does not matter.
  var isCommutative: Bool { self == .sum || self == .product }

  public var isAttention: Bool {
    switch self {
    case .windowAttention, .channelAttention: true
    default: false
    }
  }
}

extension GraphOperation {
  /// The tensors with its weights, in PyTorch's layout: what their names have after the operation's, and their shapes.
  public var tensors: [(suffix: String, shape: Shape)] {
    switch self {
    case .convolution(let convolution):
      [(".weight", convolution.shape)] + (convolution.hasBias ? [(".bias", [convolution.outputChannels])] : [])
    case .linear(let weight, let hasBias): [(".weight", weight)] + (hasBias ? [(".bias", [weight[0]])] : [])
    case .linearPart(_, let weight): [("_weight", weight), ("_bias", [weight[0]])]
    case .norm(let norm): norm.tensors
    case .parametricRectifier(let channels): [(".weight", [channels])]
    case .learntShift(let channels, _), .learntScaling(let channels): [("", [channels])]
    case .table(let pixels, let channels): [("", [pixels, channels])]
    case .channelAttention(let attention): [("", [attention.heads, 1, 1])]
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
