extension Image {
  /// This result and its truth, both of one size and without alpha, made ready to be compared: cropped, and with the
  /// same channels, gray being repeated where the other has colours.
  ///
  /// - Parameters:
  ///   - crop: pixels to leave out at every border; less than half of either side.
  ///   - usesLuma: whether only the video luma is compared, as the literature on super-resolution does. A gray truth is
  ///     its own luma; the result is then compared by its gray values.
  package func comparable(to truth: Image, crop: Int = 0, usesLuma: Bool = false) -> (result: Image, truth: Image) {
    func counted(_ image: Image) -> Image {
      image.cropped(x: crop, y: crop, width: width - 2 * crop, height: height - 2 * crop)
    }
    let (result, truth) = (counted(self), counted(truth))
    if usesLuma {
      return truth.channels == 1 ? (result.grayscale(), truth) : (result.videoLuma(), truth.videoLuma())
    }
    return result.channels == truth.channels ? (result, truth) : (result.withColors(), truth.withColors())
  }
}
