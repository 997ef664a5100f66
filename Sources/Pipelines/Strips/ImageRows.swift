import Images
import Tensors

/// An image's rows as network input, extended by reflection at the right and bottom.
struct ImageRows: RowSource {
  let image: Image
  let channels: Int
  /// The extended image's size.
  let size: Size

  func rows(_ range: Range<Int>, forgetting: Bool) -> Tensor {
    let sources = NDArray.reflected(range, size: image.height)
    let (first, last) = (sources.min() ?? 0, sources.max() ?? 0)
    let part = image.cropped(to: PixelRectangle(rows: first..<last + 1, columns: 0..<image.width))
    return Tensor(part.array(channels: channels)).gathered(
      rows: sources.map { $0 - first },
      columns: NDArray.reflected(0..<size.width, size: image.width))
  }

  func workingValues(rows: Int) -> Int { rows * image.width * (channels + image.channels) }
}
