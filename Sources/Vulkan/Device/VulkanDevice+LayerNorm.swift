import Kernels

extension VulkanDevice {
  package func layerNorm(_ values: Buffer, channels: Int, scale: Buffer, shift: Buffer, epsilon: Float) -> Buffer {
    let result = block(values.count)
    let rows = channels == 0 ? 0 : values.count / channels
    run(
      .layerNorm, [.writes(result), .reads(operand(values)), .reads(operand(scale)), .reads(operand(shift))],
      parameters: [rows, channels, epsilon], groups: .covering(rows, perGroup: 1))
    return Buffer(result, count: values.count)
  }
}
