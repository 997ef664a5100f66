/// Each channel's mean and variance over pixels whose moments arrive part by part, combined in double precision in the
/// order of arrival (Chan et al. 1979).
package struct JoinedMoments: Sendable {
  package let channels: Int
  /// The number of pixels, then each channel's mean, then each channel's sum of squared distances from it: float64
  /// values, each taking the space of two float32 values.
  package let values: Buffer

  package init(channels: Int, values: Buffer) {
    self.channels = channels
    self.values = values
  }

  package static func valueCount(channels: Int) -> Int { 2 * (1 + 2 * channels) }
}

extension JoinedMoments {
  /// - Parameters:
  ///   - joined: the moments so far; nil at first.
  ///   - part: moments with `count` pixels in each group.
  static func joining(_ joined: JoinedMoments?, _ part: ChannelMoments, count: Int) -> JoinedMoments {
    let channels = part.channels
    precondition(
      joined.map { $0.channels == channels } ?? true,
      "cannot join moments of \(channels) channels to those of another number of channels")
    let memory = HostMemory(count: valueCount(channels: channels))
    if let joined {
      memory.pointer.update(from: joined.values.pointer, count: memory.count)
    } else {
      memory.pointer.update(repeating: 0, count: memory.count)
    }
    let partValues = part.values.pointer
    memory.withDoubles { values in
      let (means, squares) = (values + 1, values + 1 + channels)
      for group in 0..<part.groups {
        let pixels = values[0]
        let sum = pixels + Double(count)
        for channel in 0..<channels {
          let (mean, variance) = part.total(partValues, group: group, channel: channel)
          let distance = mean - means[channel]
          means[channel] += distance * Double(count) / sum
          squares[channel] += variance * Double(count) + distance * distance * pixels * Double(count) / sum
        }
        values[0] = sum
      }
    }
    return JoinedMoments(channels: channels, values: Buffer(memory))
  }

  /// Each channel's mean and biased variance.
  var totals: [(mean: Double, variance: Double)] {
    withExtendedLifetime(values) {
      let raw = UnsafeRawPointer(values.pointer)
      func value(_ index: Int) -> Double {
        raw.load(fromByteOffset: index * MemoryLayout<Double>.stride, as: Double.self)
      }
      return (0..<channels).map { (value(1 + $0), value(1 + channels + $0) / max(1, value(0))) }
    }
  }
}

extension HostMemory {
  fileprivate func withDoubles(_ body: (UnsafeMutablePointer<Double>) -> Void) {
    pointer.withMemoryRebound(to: Double.self, capacity: count / 2, body)
  }
}
