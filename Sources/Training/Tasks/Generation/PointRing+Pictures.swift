import Datasets
import Images
import Tensors

extension PointRing {
  /// Twice as far as the places are from the middle.
  private static let extent = 2 * radius

  /// Points `[N, 1, 1, 2]` in the plane.
  static func picture(_ points: NDArray) -> Image {
    let values = points.scalars
    return Image.plot(
      stride(from: 0, to: values.count, by: 2).map { (values[$0], values[$0 + 1]) }, extent: extent, side: 128)
  }

  /// Each point as a pixel whose red and green are its coordinates.
  static func pixels(_ points: NDArray) -> [Image] {
    let values = points.scalars.map { min(max(0, $0 / (2 * extent) + 0.5), 1) }
    return stride(from: 0, to: values.count, by: 2).map {
      Image(width: 1, height: 1, channels: 3, pixels: [values[$0], values[$0 + 1], 0.5])
    }
  }
}
