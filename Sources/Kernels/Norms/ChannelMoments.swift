/// Each channel's sum and sum of squares over groups of pixels, in parts, from which norms compute means and variances.
///
/// Each part sums differences from a pivot near its mean: in photographs, a channel's mean is far above its standard
/// deviation, and computing the variance from a plain sum of squares would lose most digits to cancellation.
package struct ChannelMoments: Sendable {
  package let groups: Int, parts: Int, channels: Int
  /// For each group and part: the pivots, sums and sums of squares, `[3, channels]`, then the number of pixels.
  package let values: Buffer

  package init(groups: Int, parts: Int, channels: Int, values: Buffer) {
    self.groups = groups
    self.parts = parts
    self.channels = channels
    self.values = values
  }

  package static func valuesPerPart(channels: Int) -> Int { 3 * channels + 1 }
}
