import Kernels

extension VulkanDevice {
  package func windowAttention(
    _ geometry: AttentionGeometry, queries: ChannelRun, keys: ChannelRun, values: ChannelRun, bias: Buffer
  ) -> Buffer {
    let result = block(geometry.outputCount)
    let axes = [geometry.queries.rows, geometry.queries.columns, geometry.keys.rows, geometry.keys.columns]
    let places = table(axes.flatMap(\.positions) + axes.flatMap(\.parts))
    // A workgroup for 64 queries of a head.
    let groups = geometry.batch * geometry.queries.count * geometry.heads * ((geometry.queries.size + 63) / 64)
    let channels = geometry.headChannels
    run(
      .windowAttention, constants: [channels],
      [
        .writes(result), .reads(operand(queries.values)), .reads(operand(keys.values)),
        .reads(operand(values.values)), .reads(operand(bias)), .reads(places),
      ],
      parameters: [
        groups, geometry.heads, geometry.queries.height, geometry.queries.width, geometry.keys.height,
        geometry.keys.width, axes[0].count, axes[1].count, axes[0].size, axes[1].size, axes[2].size, axes[3].size,
        queries.channels, queries.first, keys.channels, keys.first, values.channels, values.first, geometry.scale,
      ], groups: .covering(groups, perGroup: 1),
      work: Double(2 * geometry.outputCount * geometry.keys.size))
    return Buffer(result, count: geometry.outputCount)
  }
}
