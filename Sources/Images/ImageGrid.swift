extension Image {
  /// Arranges images in rows on white, with a margin between them: RGB, 8 bits, without metadata.
  ///
  /// Every cell is as large as the largest image; smaller images sit in its top left corner.
  ///
  /// - Parameter margin: in pixels; negative values count as 0.
  ///
  /// Throws `ImageError.invalid` if there are no images.
  public static func grid(rows: [[Image]], margin: Int = 2) throws(ImageError) -> Image {
    let (images, margin) = (rows.joined(), max(0, margin))
    guard !images.isEmpty else { throw .invalid(reason: "there are no images to make a grid of") }
    let cellWidth = images.map(\.width).max() ?? 1
    let cellHeight = images.map(\.height).max() ?? 1
    let columns = rows.map(\.count).max() ?? 1
    let width = columns * (cellWidth + margin) - margin
    let height = rows.count * (cellHeight + margin) - margin
    var pixels = [Float](repeating: 1, count: width * height * 3)
    for (row, images) in rows.enumerated() {
      for (column, image) in images.enumerated() {
        let corner = row * (cellHeight + margin) * width + column * (cellWidth + margin)
        image.laidOnWhite().copyColors(into: &pixels, at: corner, rowWidth: width)
      }
    }
    return Image(width: width, height: height, channels: 3, pixels: pixels)
  }

  /// For images without alpha; `corner` and `rowWidth` are in pixels.
  private func copyColors(into target: inout [Float], at corner: Int, rowWidth: Int) {
    for y in 0..<height {
      for x in 0..<width {
        let pixel = (y * width + x) * channels
        for channel in 0..<3 {
          target[(corner + y * rowWidth + x) * 3 + channel] = pixels[channels == 1 ? pixel : pixel + channel]
        }
      }
    }
  }
}
