/// Each group's and channel's mean, and 1 / sqrt(variance + epsilon), both `[groups, channels]`.
///
/// Instance norm has one group per image, batch norm a single group.
package struct NormStatistics: Sendable {
  package let groups: Int, channels: Int
  package let mean: Buffer, inverseDeviation: Buffer

  package init(groups: Int, channels: Int, mean: Buffer, inverseDeviation: Buffer) {
    self.groups = groups
    self.channels = channels
    self.mean = mean
    self.inverseDeviation = inverseDeviation
  }
}

extension NormStatistics {
  init(
    groups: Int, channels: Int, epsilon: Float,
    _ total: (_ group: Int, _ channel: Int) -> (mean: Double, variance: Double)
  ) {
    let (means, deviations) = (HostMemory(count: groups * channels), HostMemory(count: groups * channels))
    for group in 0..<groups {
      for channel in 0..<channels {
        let (mean, variance) = total(group, channel)
        means.pointer[group * channels + channel] = Float(mean)
        deviations.pointer[group * channels + channel] = Float(1 / (variance + Double(epsilon)).squareRoot())
      }
    }
    self.init(groups: groups, channels: channels, mean: Buffer(means), inverseDeviation: Buffer(deviations))
  }
}
