import Threads
import VectorKernels

/// 2-D convolution and its two gradients on channels-last memory; each is the derivative of the others.
///
/// There are two algorithms, chosen by shape:
/// - Winograd's filtering for 3x3 kernels with stride 1 or 2 whose channel counts are multiples of 16, with a quarter
///   or nine sixteenths of the multiplications;
/// - a direct product, which reads the padded input in place, for everything else. In bfloat16 it also replaces
///   Winograd's filtering with stride 2, because its doubled speed saves as much time, and Winograd's transforms would
///   lose precision.
enum Convolution {
  /// `output = input * weight + bias + addend`, `bias` being `[outputChannels]` or absent, `addend` of the output's shape or
  /// absent.
  ///
  /// - Parameters:
  ///   - weight: `[kernelHeight, kernelWidth, inputChannels, outputChannels]`.
  ///   - gathersMoments: whether to return the output's moments, with a group for each image.
  static func forward(
    _ geometry: ConvolutionGeometry, input: PixelReader, weight: Buffer, bias: UnsafePointer<Float>?,
    addend: UnsafePointer<Float>?, precision: OperandPrecision, gathersMoments: Bool,
    output: UnsafeMutablePointer<Float>
  ) -> MomentGatherer? {
    if let winograd = Winograd.forward(geometry), precision == .float32 || winograd.form == .unit {
      let panels = weight.preparedWeights.copy(.init(.winograd, geometry)) {
        winograd.transformed(weight: weight.pointer)
      }
      return winograd.run(
        input, weight: panels, bias: bias, addend: addend, gathersMoments: gathersMoments, output: output)
    }
    var convolution = DirectConvolution.forward(geometry)
    convolution.multipliesPairs = precision == .bfloat16 && convolution.inputChannels % 2 == 0
    let panels = weight.preparedWeights.copy(.init(.direct, geometry, precision)) {
      convolution.packed(
        weight.pointer, kernelWidth: geometry.kernelWidth,
        tapStride: geometry.inputChannels * geometry.outputChannels, inputStride: geometry.outputChannels,
        outputStride: 1)
    }
    return convolution.run(
      input, panels: panels, bias: bias, addend: addend, gathersMoments: gathersMoments, output: output)
  }

  /// The gradient of the input, which is also the transposed convolution, `bias` being `[inputChannels]` or absent.
  ///
  /// - Parameter gathersMoments: whether to return the input gradient's moments. Nil where they cannot be gathered.
  static func inputGradient(
    _ geometry: ConvolutionGeometry, outputGradient: PixelReader, weight: Buffer, bias: UnsafePointer<Float>?,
    precision: OperandPrecision, gathersMoments: Bool, inputGradient: UnsafeMutablePointer<Float>
  ) -> MomentGatherer? {
    if let winograd = Winograd.backward(geometry), precision == .float32 || winograd.form == .unit {
      let panels = weight.preparedWeights.copy(.init(.backwardWinograd, geometry)) {
        let exchanged = exchanged(weight.pointer, geometry, isRotated: winograd.form == .unit)
        return withExtendedLifetime(exchanged) { winograd.transformed(weight: exchanged.pointer) }
      }
      return winograd.run(
        outputGradient, weight: panels, bias: bias, gathersMoments: gathersMoments, output: inputGradient)
    }
    for (index, phase) in DirectConvolution.backward(geometry).enumerated() {
      var phase = phase
      phase.multipliesPairs = precision == .bfloat16 && phase.inputChannels % 2 == 0
      let panels = weight.preparedWeights.copy(.init(.phase(index), geometry, precision)) {
        phase.packed(
          weight.pointer, kernelWidth: geometry.kernelWidth,
          tapStride: geometry.inputChannels * geometry.outputChannels, inputStride: 1,
          outputStride: geometry.outputChannels)
      }
      phase.run(outputGradient, panels: panels, bias: bias, output: inputGradient)
    }
    return nil
  }

  /// The gradient of the weight, `[kernelHeight, kernelWidth, inputChannels, outputChannels]`.
  static func weightGradient(
    _ geometry: ConvolutionGeometry, input: PixelReader, outputGradient: PixelReader,
    weightGradient: UnsafeMutablePointer<Float>
  ) {
    if let winograd = Winograd.forward(geometry) {
      winograd.weightGradient(input, outputGradient: outputGradient, into: weightGradient)
    } else {
      DirectWeightGradient(geometry).run(input, outputGradient: outputGradient, into: weightGradient)
    }
  }

  /// The kernel with its input and output channels exchanged, and rotated by 180 degrees if `isRotated`.
  private static func exchanged(
    _ weight: UnsafePointer<Float>, _ geometry: ConvolutionGeometry, isRotated: Bool
  ) -> HostMemory {
    let positions = geometry.kernelHeight * geometry.kernelWidth
    let (rows, columns) = (geometry.inputChannels, geometry.outputChannels)
    let exchanged = HostMemory(count: positions * rows * columns)
    ThreadPool.run(count: positions) { position in
      Transposition.transpose(
        weight + position * rows * columns, rows: rows, columns: columns,
        into: exchanged.pointer + (isRotated ? positions - 1 - position : position) * rows * columns)
    }
    return exchanged
  }
}
