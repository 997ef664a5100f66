import Threads
import VectorKernels

/// 2-D convolution and its two gradients on channels-last memory, each the derivative of the others.
///
/// Two ways, chosen by shape:
/// - Winograd's filtering for 3x3 kernels of stride 1 or 2 between multiples of 16 channels, with a quarter or five ninths
///   of the multiplications;
/// - a product straight from the padded input for everything else, and where bfloat16 is asked for in place of stride 2
///   by Winograd: there its double rate is worth as much, and its transforms would cost precision.
package enum Convolution {
  /// A kernel `[kernelHeight, kernelWidth, inputChannels, outputChannels]`.
  package struct Weight {
    var values: Buffer
    /// Whether to keep the kernel's transformed and packed forms as long as its values stand: for weights that are used
    /// again and again.
    var keepsForms: Bool

    package init(_ values: Buffer, keepsForms: Bool) {
      self.values = values
      self.keepsForms = keepsForms
    }

    fileprivate func form(_ key: DerivedForms.Key, make: () -> Buffer) -> Buffer {
      keepsForms ? values.forms.form(key, make: make) : make()
    }
  }

  /// `output = input * weight + bias`, `bias` being `[outputChannels]` or absent.
  ///
  /// - Parameter gathersMoments: whether to return the output's moments, with a group for each image.
  @discardableResult
  package static func forward(
    _ geometry: ConvolutionGeometry, input: PixelSource, weight: Weight, bias: UnsafePointer<Float>?,
    precision: Precision = .float32, gathersMoments: Bool = false, output: UnsafeMutablePointer<Float>
  ) -> ChannelMoments? {
    if let winograd = Winograd.forward(geometry), precision == .float32 || winograd.form == .unit {
      let form = weight.form(.init(.winograd, geometry)) { winograd.transformed(weight: weight.values.pointer) }
      return winograd.run(input, weight: form, bias: bias, gathersMoments: gathersMoments, output: output)
    }
    var convolution = DirectConvolution.forward(geometry)
    convolution.multipliesPairs = precision == .bfloat16 && convolution.inputChannels % 2 == 0
    let form = weight.form(.init(.direct, geometry, precision)) {
      convolution.packed(
        weight.values.pointer, kernelWidth: geometry.kernelWidth,
        tapStride: geometry.inputChannels * geometry.outputChannels, inputStride: geometry.outputChannels,
        outputStride: 1)
    }
    return convolution.run(input, panels: form, bias: bias, gathersMoments: gathersMoments, output: output)
  }

  /// The gradient of the input, from the output's: also the transposed convolution, `bias` being `[inputChannels]`.
  ///
  /// - Parameter gathersMoments: whether to return the input gradient's moments where they can be gathered.
  @discardableResult
  package static func inputGradient(
    _ geometry: ConvolutionGeometry, outputGradient: PixelSource, weight: Weight, bias: UnsafePointer<Float>? = nil,
    precision: Precision = .float32, gathersMoments: Bool = false, inputGradient: UnsafeMutablePointer<Float>
  ) -> ChannelMoments? {
    if let winograd = Winograd.backward(geometry), precision == .float32 || winograd.form == .unit {
      let form = weight.form(.init(.backwardWinograd, geometry)) {
        let exchanged = exchanged(weight.values, geometry, isTurned: winograd.form == .unit)
        return winograd.transformed(weight: exchanged.pointer)
      }
      return winograd.run(
        outputGradient, weight: form, bias: bias, gathersMoments: gathersMoments, output: inputGradient)
    }
    for (index, phase) in DirectConvolution.backward(geometry).enumerated() {
      var phase = phase
      phase.multipliesPairs = precision == .bfloat16 && phase.inputChannels % 2 == 0
      let form = weight.form(.init(.phase(index), geometry, precision)) {
        phase.packed(
          weight.values.pointer, kernelWidth: geometry.kernelWidth,
          tapStride: geometry.inputChannels * geometry.outputChannels, inputStride: 1,
          outputStride: geometry.outputChannels)
      }
      phase.run(outputGradient, panels: form, bias: bias, output: inputGradient)
    }
    return nil
  }

  /// The gradient of the weight, `[kernelHeight, kernelWidth, inputChannels, outputChannels]`.
  package static func weightGradient(
    _ geometry: ConvolutionGeometry, input: PixelSource, outputGradient: PixelSource,
    weightGradient: UnsafeMutablePointer<Float>
  ) {
    if let winograd = Winograd.forward(geometry) {
      winograd.weightGradient(input, outputGradient: outputGradient, into: weightGradient)
    } else {
      DirectWeightGradient(geometry).run(input, outputGradient: outputGradient, into: weightGradient)
    }
  }

  /// What `forward` costs in float32, in multiply-adds of a direct product that take as long.
  package static func forwardCost(_ geometry: ConvolutionGeometry) -> Double {
    geometry.multiplyAdds * (Winograd.forward(geometry)?.shareOfDirectTime ?? 1)
  }

  /// The same of `inputGradient`.
  package static func inputGradientCost(_ geometry: ConvolutionGeometry) -> Double {
    geometry.multiplyAdds * (Winograd.backward(geometry)?.shareOfDirectTime ?? 1)
  }

  /// The kernel with its channels exchanged, and perhaps turned by 180 degrees.
  private static func exchanged(_ weight: Buffer, _ geometry: ConvolutionGeometry, isTurned: Bool) -> Buffer {
    let positions = geometry.kernelHeight * geometry.kernelWidth
    let (rows, columns) = (geometry.inputChannels, geometry.outputChannels)
    let exchanged = Buffer(count: positions * rows * columns)
    ThreadPool.run(count: positions) { position in
      Transposition.transpose(
        weight.pointer + position * rows * columns, rows: rows, columns: columns,
        into: exchanged.pointer + (isTurned ? positions - 1 - position : position) * rows * columns)
    }
    return exchanged
  }
}
