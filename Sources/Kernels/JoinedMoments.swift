/// Each channel's mean and variance over pixels that come in parts, joined in double precision, in the order in which they
/// come (Chan et al. 1979).
package struct JoinedMoments: Sendable {
  package let channels: Int
  private var pixels = 0.0
  private var means: [Double]
  /// Sums of squared distances from the mean.
  private var squares: [Double]

  package init(channels: Int) {
    self.channels = channels
    means = Array(repeating: 0, count: channels)
    squares = means
  }

  /// - Parameter count: the pixels of each of the part's groups.
  package mutating func join(_ part: ChannelMoments, count: Int) {
    precondition(part.channels == channels, "\(part.channels) channels cannot join \(channels)")
    let count = Double(count)
    for group in 0..<part.groups {
      let sum = pixels + count
      for channel in 0..<channels {
        let (mean, variance) = part.total(group: group, channel: channel)
        let distance = mean - means[channel]
        means[channel] += distance * count / sum
        squares[channel] += variance * count + distance * distance * pixels * count / sum
      }
      pixels = sum
    }
  }

  /// The mean and the biased variance of all pixels.
  func total(channel: Int) -> (mean: Double, variance: Double) {
    (means[channel], squares[channel] / max(1, pixels))
  }
}
