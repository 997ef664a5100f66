import Tensors

/// A classifier by whose layers two images can be compared, place by place.
public protocol PerceptualNetwork: Network {
  /// The smallest height and width of images, in pixels.
  static var smallestSide: Int { get }
  /// The most values per pixel of an image that are alive at once, from which peak memory is estimated.
  var valuesPerPixel: Int { get }
  /// The channels of each layer.
  var layerChannels: [Int] { get }

  /// Computes the layers that LPIPS compares, after their rectifiers, and passes on one after another:
  /// `[N, H, W, 3]` in 0...1 -> `[N, H', W', C]`.
  func visitLayers(of images: Tensor, _ visit: (Tensor) -> Void)
}
