extension Image {
  /// The parts that count in a comparison with an image of the same size, neither having alpha, with the same channels:
  /// gray as three equal colours where the other has colours.
  ///
  /// - Parameters:
  ///   - crop: pixels at every border that do not count; they leave some.
  ///   - usesLuma: whether the video luma alone counts, as in the literature on super-resolution. There a gray truth is its
  ///     own luma, and the result is compared by its grays.
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
