extension Image {
  /// Prepares this result and its truth, both of one size and without alpha, for comparison: both are cropped, and gray
  /// is repeated if the other is in colour.
  ///
  /// - Parameters:
  ///   - crop: pixels to cut off at every border; less than half of either side.
  ///   - usesLuma: whether only the video luma is compared, as in the literature on super-resolution. A gray truth is
  ///     compared as it is, with the result's gray values.
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
