import Threads

extension HostDevice {
  package func moments(of values: Buffer, groups: Int, count: Int, channels: Int) -> ChannelMoments {
    withExtendedLifetime(values) {
      MomentGatherer(of: values.pointer, groups: groups, count: count, channels: channels).moments
    }
  }

  package func joined(_ moments: JoinedMoments?, with part: ChannelMoments, count: Int) -> JoinedMoments {
    .joining(moments, part, count: count)
  }

  package func statistics(of moments: ChannelMoments, epsilon: Float) -> NormStatistics {
    withExtendedLifetime(moments) {
      let values = moments.values.pointer
      return NormStatistics(groups: moments.groups, channels: moments.channels, epsilon: epsilon) { group, channel in
        moments.total(values, group: group, channel: channel)
      }
    }
  }

  package func statistics(of moments: JoinedMoments, epsilon: Float) -> NormStatistics {
    let totals = moments.totals
    return NormStatistics(groups: 1, channels: moments.channels, epsilon: epsilon) { totals[$1] }
  }

  package func layerNorm(_ values: Buffer, channels: Int, scale: Buffer, shift: Buffer, epsilon: Float) -> Buffer {
    output(values.count) { target in
      let kernels = InstructionSet.kernels
      let bands = Bands(count: values.count / max(1, channels), atMost: max(1, (1 << 15) / max(1, channels)))
      ThreadPool.run(count: bands.pieces) { piece in
        let rows = bands[piece]
        kernels.normalizeRows(
          values.pointer + rows.lowerBound * channels, rows: rows.count, channels: channels, scale: scale.pointer,
          shift: shift.pointer, epsilon: epsilon, into: target + rows.lowerBound * channels)
      }
    }
  }

  package func normGradient(
    _ statistics: NormStatistics, count: Int, negativeSlope: Float, input: Buffer, outputGradient: Buffer
  ) -> Buffer {
    output(input.count) {
      NormGradient.compute(
        statistics, count: count, negativeSlope: negativeSlope, input: input.pointer,
        outputGradient: outputGradient.pointer, inputGradient: $0)
    }
  }
}
