import Images
import Models
import Tensors

extension FeatureNetwork {
  /// The features of an image of any size. Transparent images are composited on white.
  public func features(of image: Image) -> [Float] {
    withoutGradients {
      pooledFeatures(of: Tensor(view.square(of: image.laidOnWhite()).array(range: .unit))).value.scalars
    }
  }
}

extension FeatureView {
  /// An image as a network is to see it.
  package func square(of image: Image) -> Image {
    var image = image
    switch self {
    case .stretched(let side):
      // At this depth, nothing is rounded.
      image.bitDepth = .sixteen
      return image.resized(toWidth: side, height: side, filter: .bilinear, convention: .pytorch)
    case .centered(let side):
      image.bitDepth = .eight
      let smaller = min(image.width, image.height)
      let square = image.cropped(
        x: (image.width - smaller) / 2, y: (image.height - smaller) / 2, width: smaller, height: smaller)
      return square.resized(toWidth: side, height: side)
    }
  }
}
