import Tensors

/// LPIPS, the distance of two images in a classifier's features, weighted to agree with what people see (Zhang et al.
/// 2018).
///
/// The features of each place are brought to length 1. Their squared differences are weighted by channel, added, and
/// averaged over the image; the layers' averages are added.
public struct PerceptualDistance {
  private static let smallest: Float = 1e-10

  public let network: any PerceptualNetwork
  /// A weight for each channel, layer by layer.
  private let weights: [NDArray]

  /// - Parameter weights: `[C]` for each layer that the network passes on.
  public init(_ network: any PerceptualNetwork, weights: [NDArray]) {
    self.network = network
    self.weights = weights
  }

  /// The smallest height and width of images, in pixels.
  public var smallestSide: Int { type(of: network).smallestSide }

  /// The peak memory in bytes of comparing two images of a size.
  public func memory(for size: Size) -> Int {
    2 * size.height * size.width * network.valuesPerPixel * MemoryLayout<Float>.size
  }

  /// The distance of two images, `[1, H, W, 3]` in 0...1, of which neither side is shorter than `smallestSide`: 0 if they
  /// are equal, and rarely more than 1.
  public func callAsFunction(_ first: Tensor, _ second: Tensor) -> Double {
    var (sum, index) = (0.0, 0)
    network.visitLayers(of: concatenated([first, second], axis: 0)) { layer in
      let length = layer.squared().sum(axes: [3], keepingDimensions: true).squareRoot()
      let features = layer / (length + Self.smallest)
      let difference = features.sliced(axis: 0, range: 0..<1) - features.sliced(axis: 0, range: 1..<2)
      let means = difference.squared().mean(axes: [0, 1, 2])
      sum += zip(means.value.scalars, weights[index].scalars).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      index += 1
    }
    return sum
  }
}
