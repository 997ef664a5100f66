import VectorKernels

/// 2-D convolution and its two gradients on channels-last memory, each the derivative of the others.
///
/// Two ways, chosen by shape:
/// - Winograd's F(4x4, 3x3) for 3x3 kernels of stride 1 between multiples of 16 channels, with a quarter of the
///   multiplications;
/// - a product straight from the padded input for everything else.
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
  package static func forward(
    _ geometry: ConvolutionGeometry, input: PixelSource, weight: Weight, bias: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>
  ) {
    if Winograd.suits(geometry) {
      let form = weight.form(.init(.winograd, geometry)) {
        Winograd.transformed(
          weight: weight.values.pointer, inputChannels: geometry.inputChannels,
          outputChannels: geometry.outputChannels)
      }
      Winograd.forward(geometry, input: input, weight: form, bias: bias, output: output)
      return
    }
    let convolution = DirectConvolution.forward(geometry)
    let form = weight.form(.init(.direct, geometry)) {
      convolution.packed(
        weight.values.pointer, kernelWidth: geometry.kernelWidth,
        tapStride: geometry.inputChannels * geometry.outputChannels, inputStride: geometry.outputChannels,
        outputStride: 1)
    }
    convolution.run(input, panels: form, bias: bias, output: output)
  }

  /// The gradient of the input, from the output's: also the transposed convolution, `bias` being `[inputChannels]`.
  package static func inputGradient(
    _ geometry: ConvolutionGeometry, outputGradient: PixelSource, weight: Weight, bias: UnsafePointer<Float>? = nil,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    if geometry.isFlippable, Winograd.suits(geometry.flipped) {
      let form = weight.form(.init(.flippedWinograd, geometry)) {
        let flipped = flipped(weight.values, geometry)
        return Winograd.transformed(
          weight: flipped.pointer, inputChannels: geometry.outputChannels, outputChannels: geometry.inputChannels)
      }
      Winograd.forward(geometry.flipped, input: outputGradient, weight: form, bias: bias, output: inputGradient)
      return
    }
    for (index, phase) in DirectConvolution.backward(geometry).enumerated() {
      let form = weight.form(.init(.phase(index), geometry)) {
        phase.packed(
          weight.values.pointer, kernelWidth: geometry.kernelWidth,
          tapStride: geometry.inputChannels * geometry.outputChannels, inputStride: 1,
          outputStride: geometry.outputChannels)
      }
      phase.run(outputGradient, panels: form, bias: bias, output: inputGradient)
    }
  }

  /// The gradient of the weight, `[kernelHeight, kernelWidth, inputChannels, outputChannels]`.
  package static func weightGradient(
    _ geometry: ConvolutionGeometry, input: PixelSource, outputGradient: PixelSource,
    weightGradient: UnsafeMutablePointer<Float>
  ) {
    if Winograd.suits(geometry) {
      Winograd.weightGradient(geometry, input: input, outputGradient: outputGradient, weightGradient: weightGradient)
    } else {
      DirectWeightGradient(geometry).run(input, outputGradient: outputGradient, into: weightGradient)
    }
  }

  /// The kernel turned by 180 degrees, its channels exchanged.
  private static func flipped(_ weight: Buffer, _ geometry: ConvolutionGeometry) -> Buffer {
    let positions = geometry.kernelHeight * geometry.kernelWidth
    let (rows, columns) = (geometry.inputChannels, geometry.outputChannels)
    let flipped = Buffer(count: positions * rows * columns)
    ThreadPool.run(count: positions) { position in
      Transposition.transpose(
        weight.pointer + position * rows * columns, rows: rows, columns: columns,
        into: flipped.pointer + (positions - 1 - position) * rows * columns)
    }
    return flipped
  }
}
