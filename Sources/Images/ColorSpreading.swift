extension Image {
  /// Gives fully transparent pixels the colours of nearby visible ones, so that filters do not blend hidden colours
  /// into visible edges. Alpha and visible colours are unchanged.
  ///
  /// A transparent pixel takes the alpha-weighted mean of the 2x2 block that it lies in; if nothing is visible there,
  /// of the 4x4 block, and so on.
  public func withColorsSpread() -> Image {
    guard let alpha, alpha.contains(0), alpha.contains(where: { $0 > 0 }) else { return self }
    let visible = VisibleColors(width: width, height: height, colors: withoutAlpha().pixels, weights: alpha)
    return with(channels: colorChannels, pixels: visible.spread()).withAlpha(alpha)
  }
}

/// Colours of pixels, or means of blocks of pixels, that are known wherever the weight is not 0.
private struct VisibleColors {
  let width: Int, height: Int
  var colors: [Float]
  let weights: [Float]

  private var channels: Int { colors.count / weights.count }

  func spread() -> [Float] {
    guard weights.contains(0), weights.count > 1 else { return colors }
    let means = halved()
    let known = means.spread()
    let channels = channels
    var spread = colors
    for y in 0..<height {
      for x in 0..<width where weights[y * width + x] == 0 {
        let (pixel, mean) = ((y * width + x) * channels, (y / 2 * means.width + x / 2) * channels)
        for channel in 0..<channels { spread[pixel + channel] = known[mean + channel] }
      }
    }
    return spread
  }

  /// The means of 2x2 blocks, which are cut off at the right and bottom.
  private func halved() -> VisibleColors {
    let (width, height, channels) = ((self.width + 1) / 2, (self.height + 1) / 2, channels)
    var sums = [Float](repeating: 0, count: width * height * channels)
    var totals = [Float](repeating: 0, count: width * height)
    for y in 0..<self.height {
      for x in 0..<self.width {
        let (pixel, mean) = (y * self.width + x, y / 2 * width + x / 2)
        totals[mean] += weights[pixel]
        for channel in 0..<channels {
          sums[mean * channels + channel] += weights[pixel] * colors[pixel * channels + channel]
        }
      }
    }
    for mean in totals.indices where totals[mean] > 0 {
      for channel in 0..<channels { sums[mean * channels + channel] /= totals[mean] }
    }
    return VisibleColors(width: width, height: height, colors: sums, weights: totals)
  }
}
