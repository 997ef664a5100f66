/// How a convolution, or its input gradient, steps along one axis: output `outputStart + j * outputStep` is a sum over
/// the taps, each of which reads source position `j * step + offset`.
package struct AxisTaps: Sendable {
  package struct Tap: Sendable {
    /// The tap's position in the kernel.
    package var index: Int
    package var offset: Int
  }

  /// In ascending order of their offsets.
  package var taps: [Tap]
  package var step: Int
  package var outputStart: Int, outputStep: Int, outputCount: Int

  /// Whether the taps read adjacent pixels.
  var isContiguous: Bool { zip(taps, taps.dropFirst()).allSatisfy { $1.offset == $0.offset + 1 } }

  var firstOffset: Int { taps.first?.offset ?? 0 }
  /// The width of the receptive field, in source positions.
  var reach: Int { (taps.last?.offset ?? 0) - firstOffset + 1 }

  /// The source positions that a range of outputs reads: the range with its halo.
  package func sources(of outputs: Range<Int>) -> Range<Int> {
    let first = outputs.lowerBound * step + firstOffset
    return first..<first + (outputs.count - 1) * step + reach
  }

  package static func forward(_ axis: ConvolutionAxis, kernel: Int, outputSize: Int) -> AxisTaps {
    AxisTaps(
      taps: (0..<kernel).map { Tap(index: $0, offset: $0 * axis.dilation - axis.paddingBefore) }, step: axis.stride,
      outputStart: 0, outputStep: 1, outputCount: outputSize)
  }

  /// For the input gradient. Input positions fall into `stride` phases, each with its own taps: each phase is a small
  /// convolution of the output gradient, so nothing has to be scattered.
  package static func backward(_ axis: ConvolutionAxis, kernel: Int, inputSize: Int) -> [AxisTaps] {
    (0..<min(axis.stride, inputSize)).map { phase in
      let taps: [Tap] = (0..<kernel).reversed().compactMap { index in
        let position = phase + axis.paddingBefore - index * axis.dilation
        return position % axis.stride == 0 ? Tap(index: index, offset: position / axis.stride) : nil
      }
      return AxisTaps(
        taps: taps, step: 1, outputStart: phase, outputStep: axis.stride,
        outputCount: (inputSize - phase + axis.stride - 1) / axis.stride)
    }
  }
}
