import Kernels

/// A convolution's weights `[taps, inputs, outputs]`.
struct ConvolutionWeights {
  let values: VulkanBlock
  /// Whether inputs and outputs change places, as for the input gradient.
  let isExchanged: Bool
}

/// A convolution's weights for one phase as the shaders of products read them: a matrix `[rows, columns]`, padded with zeros.
struct WeightPanel {
  let values: VulkanBlock
  let rows: Int, columns: Int
  /// Rows that the shader takes in a step.
  let depth: Int
  /// Numbers that the shader reads at once, in 16 bytes.
  let lanes: Int
  /// For each `lanes` of rows, where in the padded image their values begin.
  let offsets: VulkanBlock
}

extension VulkanDevice {
  /// The weights of a phase.
  ///
  /// - Parameters:
  ///   - channels, columns: the padded image's channels, and the output's, rounded up to what the shader reads at once.
  ///   - saturates: of weights as float16 numbers, whether those beyond its range become its largest; nil for float32.
  func packed(
    _ weights: ConvolutionWeights, _ plan: ConvolutionPlan, _ phase: ConvolutionPlan.Phase, channels: Int, columns: Int,
    depth: Int, saturates: Bool? = nil
  ) -> WeightPanel {
    let lanes = saturates == nil ? 4 : 8
    let taps = plan.taps(phase).map { Int32($0.index) }
    let rows = roundedUp(taps.count * channels, to: depth)
    let panel = block(rows * columns, saturates == nil ? .words : .halves)
    run(
      saturates == nil ? .packWeights : .packWeights16,
      constants: [weights.isExchanged] + (saturates.map { [$0] } ?? []),
      [.writes(panel), .reads(weights.values), .reads(table(taps.isEmpty ? [0] : taps))],
      parameters: [rows, columns, taps.count, plan.inputChannels, channels, plan.outputChannels],
      groups: .covering(saturates == nil ? rows * columns : rows * columns / 8, perGroup: 256))
    var offsets = plan.offsets(phase, lanes: lanes, channels: channels)
    offsets += Array(repeating: 0, count: max(1, rows / lanes) - offsets.count)
    return WeightPanel(
      values: panel, rows: rows, columns: columns, depth: depth, lanes: lanes, offsets: table(offsets))
  }
}

/// The gradient of a convolution's weights, summed over slices of the pixels: `[slices, taps, channels, columns]`, where
/// channels and columns are padded.
struct WeightGradientSlices {
  let values: VulkanBlock
  let slices: Int, channels: Int, columns: Int

  /// Into how many slices the pixels are cut, and how many each has: many where there are few tiles, so that the device is
  /// busy. It depends on sizes alone, so that results are the same on every run.
  static func slicing(pixels: Int, tiles: Int) -> (slices: Int, pixels: Int) {
    let slices = max(1, min(256 / tiles, pixels / 256))
    return (slices, (pixels + slices - 1) / slices)
  }
}
