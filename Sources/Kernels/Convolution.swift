/// 2-D convolution and its two gradients on channels-last memory, each the derivative of the others.
///
/// Three ways, chosen by shape:
/// - Winograd's F(4x4, 3x3) for 3x3 kernels of stride 1 between enough channels, with a quarter of the multiplications;
/// - patches unfolded band by band, times the weights, as one matrix product;
/// - a matrix product first and its columns folded after, where the output is thinner than the input (an RGB layer):
///   there unfolding would write many times the input.
///
/// The last is the second seen from the other side: a convolution of stride 1 is the input gradient of its flipped one.
package enum Convolution {
  /// `output = input * weight + bias`, `bias` being `[outputChannels]` or absent.
  package static func forward(
    _ geometry: ConvolutionGeometry, input: UnsafePointer<Float>, weight: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>
  ) {
    if Winograd.suits(geometry) {
      Winograd.forward(geometry, input: input, weight: weight, bias: bias, output: output)
    } else if geometry.isFlippable, geometry.outputChannels * 2 <= geometry.inputChannels {
      withFlippedWeight(geometry, weight) { flipped in
        Folding.inputGradient(
          geometry.flipped, outputGradient: input, weight: flipped, bias: bias, inputGradient: output)
      }
    } else {
      Unfolding.forward(geometry, input: input, weight: weight, bias: bias, output: output)
    }
  }

  /// The gradient of the input, from the output's: also the transposed convolution, `bias` being `[inputChannels]`.
  package static func inputGradient(
    _ geometry: ConvolutionGeometry, outputGradient: UnsafePointer<Float>, weight: UnsafePointer<Float>,
    bias: UnsafePointer<Float>? = nil, inputGradient: UnsafeMutablePointer<Float>
  ) {
    if geometry.isFlippable, geometry.inputChannels * 2 > geometry.outputChannels {
      withFlippedWeight(geometry, weight) { flipped in
        forward(geometry.flipped, input: outputGradient, weight: flipped, bias: bias, output: inputGradient)
      }
    } else {
      Folding.inputGradient(
        geometry, outputGradient: outputGradient, weight: weight, bias: bias, inputGradient: inputGradient)
    }
  }

  /// The gradient of the weight, `[kernelHeight, kernelWidth, inputChannels, outputChannels]`.
  package static func weightGradient(
    _ geometry: ConvolutionGeometry, input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>
  ) {
    if Winograd.suits(geometry) {
      Winograd.weightGradient(
        geometry, input: input, outputGradient: outputGradient, weightGradient: weightGradient)
    } else if geometry.isFlippable, geometry.outputChannels * 2 <= geometry.inputChannels {
      let count = geometry.patchCount * geometry.outputChannels
      let flipped = Buffer(count: count)
      Unfolding.weightGradient(
        geometry.flipped, input: outputGradient, outputGradient: input, weightGradient: flipped.pointer)
      flip(geometry.flipped, flipped.pointer, into: weightGradient)
    } else {
      Unfolding.weightGradient(
        geometry, input: input, outputGradient: outputGradient, weightGradient: weightGradient)
    }
  }

  private static func withFlippedWeight(
    _ geometry: ConvolutionGeometry, _ weight: UnsafePointer<Float>, _ body: (UnsafePointer<Float>) -> Void
  ) {
    let flipped = Buffer(count: geometry.patchCount * geometry.outputChannels)
    flip(geometry, weight, into: flipped.pointer)
    withExtendedLifetime(flipped) { body(flipped.pointer) }
  }

  /// Turns the kernel by 180 degrees and exchanges its channels.
  private static func flip(
    _ geometry: ConvolutionGeometry, _ weight: UnsafePointer<Float>, into flipped: UnsafeMutablePointer<Float>
  ) {
    let positions = geometry.kernelHeight * geometry.kernelWidth
    let (rows, columns) = (geometry.inputChannels, geometry.outputChannels)
    ThreadPool.run(count: positions) { position in
      Transposition.transpose(
        weight + position * rows * columns, rows: rows, columns: columns,
        into: flipped + (positions - 1 - position) * rows * columns)
    }
  }
}
