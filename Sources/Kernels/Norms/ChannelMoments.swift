/// Each channel's sums and sums of squares over groups of pixels, taken in parts, from which norms get their means and
/// variances.
///
/// Each part's are taken about a pivot near its mean: photographs' channels have means far above their deviations, which
/// would cancel most digits of a plain sum of squares.
package struct ChannelMoments: Sendable {
  package let groups: Int, parts: Int, channels: Int
  /// For each group and part its pivot, sums and squares, `[3, channels]`, then the number of its pixels.
  package let values: Buffer

  package init(groups: Int, parts: Int, channels: Int, values: Buffer) {
    self.groups = groups
    self.parts = parts
    self.channels = channels
    self.values = values
  }

  static func valuesPerPart(channels: Int) -> Int { 3 * channels + 1 }
}
