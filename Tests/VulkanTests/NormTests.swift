import Kernels
import Testing
import Vulkan

@Suite(.needsDevice) struct NormTests {
  @Test(arguments: [(1, 5000, 3), (3, 700, 64), (2, 1025, 130), (4, 1, 8)])
  func norms(groups: Int, count: Int, channels: Int) throws {
    // A mean far above the deviation, as photographs have it.
    let values = numbers(groups * count * channels, scale: 0.05, shift: 20)
    let gradient = numbers(groups * count * channels, seed: 4)
    try expectSame(tolerance: 1e-5) { device in
      let moments = device.moments(of: values, groups: groups, count: count, channels: channels)
      let statistics = device.statistics(of: moments, epsilon: 1e-5)
      return [statistics.mean, statistics.inverseDeviation]
    }
    let statistics = HostDevice.shared.statistics(
      of: HostDevice.shared.moments(of: values, groups: groups, count: count, channels: channels), epsilon: 1e-5)
    for slope in [Float(1), 0.2, 0] {
      try expectSame(tolerance: 5e-6) { device in
        [
          device.normGradient(
            statistics, count: count, negativeSlope: slope, input: values, outputGradient: gradient)
        ]
      }
    }
  }

  @Test(arguments: [(1, 1), (700, 6), (33, 180), (2, 1025)])
  func layerNorms(rows: Int, channels: Int) throws {
    let values = numbers(rows * channels, shift: 3)
    let scale = numbers(channels, seed: 2), shift = numbers(channels, seed: 3)
    try expectSame(tolerance: 1e-5) {
      [$0.layerNorm(values, channels: channels, scale: scale, shift: shift, epsilon: 1e-5)]
    }
  }

  @Test func momentsJoinedFromParts() throws {
    try expectSame(tolerance: 1e-6) { device in
      var joined: JoinedMoments?
      for part in 0..<3 {
        let values = numbers(600 * 8, seed: UInt64(part), shift: 3)
        let moments = device.moments(of: values, groups: 1, count: 600, channels: 8)
        joined = device.joined(joined, with: moments, count: 600)
      }
      let statistics = device.statistics(of: joined!, epsilon: 1e-5)
      return [statistics.mean, statistics.inverseDeviation]
    }
  }
}
