import Kernels

extension VulkanDevice {
  /// Pixels of a band that a workgroup sums.
  private static let bandPixels = 1024

  package func moments(of values: Buffer, groups: Int, count: Int, channels: Int) -> ChannelMoments {
    let plan = ChannelGroups(channels: channels)
    let parts = (count + Self.bandPixels - 1) / Self.bandPixels
    let size = groups * parts * ChannelMoments.valuesPerPart(channels: channels)
    let result = block(size)
    run(
      .moments, constants: [plan.width], [.writes(result), .reads(operand(values))],
      parameters: [groups, count, channels, parts, Self.bandPixels, plan.groups],
      groups: .covering(groups * parts * plan.groups, perGroup: 1))
    return ChannelMoments(
      groups: groups, parts: parts, channels: channels, values: Buffer(result, count: size))
  }

  package func statistics(of moments: ChannelMoments, epsilon: Float) -> NormStatistics {
    let count = moments.groups * moments.channels
    let (means, deviations) = (block(count), block(count))
    let plan = ChannelGroups(channels: moments.channels)
    run(
      .statistics, constants: [plan.width], [.writes(means), .writes(deviations), .reads(operand(moments.values))],
      parameters: [moments.groups, moments.parts, moments.channels, plan.groups, epsilon],
      groups: .covering(moments.groups * plan.groups, perGroup: 1))
    return NormStatistics(
      groups: moments.groups, channels: moments.channels, mean: Buffer(means, count: count),
      inverseDeviation: Buffer(deviations, count: count))
  }

  /// The host joins moments, in double precision, which many devices lack. It waits for them, once for each part of a
  /// large image.
  package func joined(_ moments: JoinedMoments?, with part: ChannelMoments, count: Int) -> JoinedMoments {
    HostDevice.shared.joined(moments, with: part, count: count)
  }

  package func statistics(of moments: JoinedMoments, epsilon: Float) -> NormStatistics {
    HostDevice.shared.statistics(of: moments, epsilon: epsilon)
  }

  package func normGradient(
    _ statistics: NormStatistics, count: Int, negativeSlope: Float, input: Buffer, outputGradient: Buffer
  ) -> Buffer {
    let (groups, channels) = (statistics.groups, statistics.channels)
    let plan = ChannelGroups(channels: channels)
    let bands = (count + Self.bandPixels - 1) / Self.bandPixels
    let input = stored(input)
    let readsHalves = input.format == .halves
    let operands: [Binding] = [
      .reads(input), .reads(operand(outputGradient)), .reads(operand(statistics.mean)),
      .reads(operand(statistics.inverseDeviation)),
    ]
    let partial = block(groups * bands * 2 * channels)
    run(
      .normGradientSums, constants: [plan.width, readsHalves], [.writes(partial)] + operands,
      parameters: [groups, count, channels, bands, Self.bandPixels, plan.groups, negativeSlope],
      groups: .covering(groups * bands * plan.groups, perGroup: 1))
    let sums = summed(partial, outer: groups, count: bands, inner: 2 * channels)
    let result = block(input.count)
    run(
      .normGradient, constants: [readsHalves], [.writes(result)] + operands + [.reads(sums)],
      parameters: [input.count, count, channels, negativeSlope], groups: .covering(input.count, perGroup: 256))
    return Buffer(result, count: input.count)
  }
}
