/// How a convolution, or its input gradient, walks along one axis: output `start + j * outputStep` sums its taps at source
/// positions `j * step + offset`.
struct AxisTaps {
  struct Tap {
    /// Position in the kernel.
    var index: Int
    var offset: Int
  }

  /// By rising offset.
  var taps: [Tap]
  var step: Int
  var outputStart: Int, outputStep: Int, outputCount: Int

  /// Whether the taps' pixels lie side by side.
  var isContiguous: Bool { zip(taps, taps.dropFirst()).allSatisfy { $1.offset == $0.offset + 1 } }

  var firstOffset: Int { taps.first?.offset ?? 0 }
  /// Source positions from the first tap's to the last one's.
  var reach: Int { (taps.last?.offset ?? 0) - firstOffset + 1 }

  /// The source positions that a run of outputs needs.
  func sources(of outputs: Range<Int>) -> Range<Int> {
    let first = outputs.lowerBound * step + firstOffset
    return first..<first + (outputs.count - 1) * step + reach
  }

  static func forward(_ axis: ConvolutionAxis, kernel: Int, outputSize: Int) -> AxisTaps {
    AxisTaps(
      taps: (0..<kernel).map { Tap(index: $0, offset: $0 * axis.dilation - axis.paddingBefore) }, step: axis.stride,
      outputStart: 0, outputStep: 1, outputCount: outputSize)
  }

  /// The input gradient's: input positions fall into `stride` phases, each of which meets taps of its own, so that each
  /// is a small convolution of the output gradient and nothing is scattered.
  static func backward(_ axis: ConvolutionAxis, kernel: Int, inputSize: Int) -> [AxisTaps] {
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
