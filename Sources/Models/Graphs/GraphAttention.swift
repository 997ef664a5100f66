import Tensors

/// How an image is cut into windows in a network's graph. Windows, and the pixels of each, are in the image's order.
public enum GraphWindows: Hashable, Sendable {
  /// Windows of this size, side by side.
  case adjacent(Size)
  /// Windows of this size whose pixels are spread evenly over the image.
  case spread(Size)
  /// As many windows along each axis, to which pixels belong by turns.
  case interleaved(count: Size)
  /// Windows of this size around adjacent ones of the size `of`, with zeros beyond the image.
  case around(Size, of: Size)

  /// One window.
  public static let whole = interleaved(count: Size(1))
}

/// Attention of several heads within windows (Vaswani et al. 2017): to each query go the values of its window, in shares that
/// are the softmax of its products with the keys.
public struct GraphAttention: Hashable, Sendable {
  public var heads: Int
  /// A head's channels in queries and keys, and in values.
  public var headChannels: Int, valueChannels: Int
  /// There are as many of either.
  public var queries: GraphWindows, keys: GraphWindows
  /// The factor of products of queries and keys.
  public var scale: Float
  /// Whether the fourth input is added to each window's scores: an image with a channel for each head, a row for each query
  /// and a column for each key.
  public var hasBias = false
  /// Whether the last input keeps pixels apart: a window mask.
  public var hasMask = false

  /// - Parameter keys: the queries' by default.
  init(heads: Int, headChannels: Int, _ queries: GraphWindows, keys: GraphWindows? = nil) {
    self.heads = heads
    (self.headChannels, valueChannels) = (headChannels, headChannels)
    self.queries = queries
    self.keys = keys ?? queries
    scale = 1 / Float(headChannels).squareRoot()
  }
}

/// Which pixels of adjacent windows do not see each other, because a roll has brought them from opposite sides of the image.
public struct GraphWindowMask: Hashable, Sendable {
  /// The sizes of the queries' windows and of the keys', which may be of a smaller image.
  public var queries: Size, keys: Size
  /// How far queries were rolled. A key that stands for several pixels counts as rolled if one of them was.
  public var shift: Size

  /// What is added to the score of two pixels which are kept apart.
  public static let penalty: Float = -1e9
}

/// Attention among the channels of each head, by the likeness of queries' and keys' values over the pixels of each window,
/// times a learnt temperature.
public struct GraphChannelAttention: Hashable, Sendable {
  public var heads: Int, headChannels: Int
  public var windows: GraphWindows

  /// Of the squares of lengths by which values are divided, whose root is at least 1e-12.
  public static let leastSquare: Float = 1e-24
}
