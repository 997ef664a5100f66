import Kernels
import Tensors
import Testing

/// Depthwise convolution and its gradients against plain loops in double precision.
@Suite struct DepthwiseConvolutionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var batch = 1, height: Int, width: Int, channels: Int
    var kernel: (Int, Int), stride = 1, padding = (0, 0, 0, 0), dilation = 1
    var testDescription: String {
      "\(batch)x\(height)x\(width)x\(channels) k\(kernel) s\(stride) p\(padding) d\(dilation)"
    }

    var geometry: ConvolutionGeometry {
      ConvolutionGeometry(
        batch: batch, inputHeight: height, inputWidth: width, inputChannels: channels, kernelHeight: kernel.0,
        kernelWidth: kernel.1, outputChannels: channels,
        vertical: ConvolutionAxis(
          stride: stride, dilation: dilation, paddingBefore: padding.0, paddingAfter: padding.1),
        horizontal: ConvolutionAxis(
          stride: stride, dilation: dilation, paddingBefore: padding.2, paddingAfter: padding.3))
    }
  }

  static let cases = [
    // Lines of channels whole and in part, several blocks of them, all widths of a tile.
    Case(batch: 2, height: 6, width: 7, channels: 16, kernel: (3, 3), padding: (1, 1, 1, 1)),
    Case(height: 6, width: 13, channels: 5, kernel: (3, 3), padding: (1, 1, 1, 1)),
    Case(height: 5, width: 12, channels: 300, kernel: (3, 3), padding: (1, 1, 1, 1)),
    Case(batch: 2, height: 7, width: 7, channels: 40, kernel: (5, 5), padding: (2, 2, 2, 2)),
    Case(height: 9, width: 3, channels: 17, kernel: (7, 7), padding: (3, 3, 3, 3)),
    Case(height: 4, width: 11, channels: 32, kernel: (1, 1)),
    // Several bands of rows and of columns.
    Case(height: 90, width: 61, channels: 48, kernel: (3, 3), padding: (1, 1, 1, 1)),
    Case(batch: 2, height: 5, width: 530, channels: 20, kernel: (5, 3), padding: (2, 2, 1, 1)),
    // More output, or input, than the caches keep.
    Case(height: 130, width: 130, channels: 128, kernel: (1, 3), padding: (0, 0, 1, 1)),
    Case(height: 132, width: 131, channels: 128, kernel: (3, 3), stride: 2, padding: (0, 1, 1, 1)),
    Case(batch: 2, height: 75, width: 74, channels: 192, kernel: (5, 5), padding: (2, 2, 2, 2)),
    Case(height: 90, width: 90, channels: 272, kernel: (4, 6), stride: 2, padding: (1, 1, 2, 2)),
    // Strides, with padding on one side, phases of several lengths, and phases that no tap reaches.
    Case(height: 64, width: 56, channels: 48, kernel: (3, 3), stride: 2, padding: (0, 1, 0, 1)),
    Case(batch: 3, height: 9, width: 11, channels: 24, kernel: (5, 5), stride: 2, padding: (1, 2, 1, 2)),
    Case(height: 11, width: 10, channels: 16, kernel: (2, 2), stride: 3),
    Case(height: 10, width: 9, channels: 6, kernel: (1, 1), stride: 2),
    Case(height: 10, width: 19, channels: 32, kernel: (4, 6), stride: 2, padding: (1, 1, 2, 2)),
    // Dilation, and more padding than the kernel reaches.
    Case(height: 12, width: 10, channels: 16, kernel: (3, 3), padding: (2, 2, 2, 2), dilation: 2),
    Case(height: 12, width: 11, channels: 18, kernel: (3, 3), stride: 2, padding: (2, 1, 2, 0), dilation: 2),
    Case(height: 5, width: 4, channels: 16, kernel: (3, 3), padding: (4, 3, 3, 5)),
    Case(height: 13, width: 14, channels: 19, kernel: (9, 4), padding: (4, 4, 1, 2)),
  ]

  @Test(arguments: cases, InstructionSet.available)
  func followsPlainLoops(_ shape: Case, instructionSet: String) {
    InstructionSet.using(instructionSet) {
      let geometry = shape.geometry
      let pixels = (geometry.inputHeight * geometry.inputWidth, geometry.outputHeight * geometry.outputWidth)
      let input = random("input", geometry.batch * pixels.0 * shape.channels)
      let gradient = random("gradient", geometry.batch * pixels.1 * shape.channels)
      let weight = random("weight", shape.kernel.0 * shape.kernel.1 * shape.channels)
      let bias = random("bias", shape.channels)
      let expected = DepthwiseReference(geometry, input: input, weight: weight, bias: bias, gradient: gradient)
      let inputSource = PixelSource(
        Buffer(input), batch: geometry.batch, height: geometry.inputHeight, width: geometry.inputWidth,
        channels: shape.channels)
      let gradientSource = PixelSource(
        Buffer(gradient), batch: geometry.batch, height: geometry.outputHeight, width: geometry.outputWidth,
        channels: shape.channels)
      let host = HostDevice.shared
      expect(
        host.depthwiseConvolution(geometry, input: inputSource, weight: Buffer(weight), bias: Buffer(bias)),
        near: expected.output, "output")
      expect(
        host.depthwiseConvolutionInputGradient(geometry, outputGradient: gradientSource, weight: Buffer(weight)),
        near: expected.inputGradient, "input gradient")
      expect(
        host.depthwiseConvolutionWeightGradient(geometry, input: inputSource, outputGradient: gradientSource),
        near: expected.weightGradient, "weight gradient")
    }
  }

  /// Pixels of one array are read where they lie, those of two are put together first.
  @Test(arguments: InstructionSet.available)
  func readsInPlaceWhatItReadsInParts(instructionSet: String) {
    InstructionSet.using(instructionSet) {
      let shape = Case(height: 21, width: 19, channels: 48, kernel: (5, 5), stride: 2, padding: (1, 2, 2, 1))
      let geometry = shape.geometry
      let pixels = geometry.inputHeight * geometry.inputWidth
      let values = random("input", pixels * shape.channels)
      let plain = PixelSource(Buffer(values), batch: 1, height: shape.height, width: shape.width, channels: 48)
      var parts = plain
      parts.parts = [(0, 20), (20, 28)].map { first, count in
        PixelSource.Part(
          values: Buffer((0..<pixels).flatMap { values[$0 * 48 + first..<$0 * 48 + first + count] }), channels: count)
      }
      let weight = Buffer(random("weight", 25 * shape.channels))
      let gradient = PixelSource(
        Buffer(random("gradient", geometry.outputHeight * geometry.outputWidth * 48)), batch: 1,
        height: geometry.outputHeight, width: geometry.outputWidth, channels: 48)
      let host = HostDevice.shared
      #expect(plain.isPlain && !parts.isPlain)
      #expect(
        host.depthwiseConvolution(geometry, input: plain, weight: weight, bias: nil).values
          == host.depthwiseConvolution(geometry, input: parts, weight: weight, bias: nil).values)
      #expect(
        host.depthwiseConvolutionWeightGradient(geometry, input: plain, outputGradient: gradient).values
          == host.depthwiseConvolutionWeightGradient(geometry, input: parts, outputGradient: gradient).values)
    }
  }

  private func random(_ purpose: String, _ count: Int) -> [Float] {
    let random = Random(seed: 3, purpose: purpose)
    return (0..<count).map { random.uniform(at: $0) * 2 - 1 }
  }

  /// Within 1e-6 of the largest value.
  private func expect(_ buffer: Buffer, near expected: [Double], _ name: Comment) {
    let result = buffer.values
    #expect(result.count == expected.count, name)
    let largest = expected.map(abs).max() ?? 0
    let error = zip(result, expected).map { abs(Double($0) - $1) }.map { $0.isNaN ? .infinity : $0 }.max() ?? 0
    #expect(error <= 1e-6 * largest, name)
  }
}

/// The definition, one multiplication at a time.
private struct DepthwiseReference {
  var output: [Double], inputGradient: [Double], weightGradient: [Double]

  init(_ g: ConvolutionGeometry, input: [Float], weight: [Float], bias: [Float], gradient: [Float]) {
    let channels = g.outputChannels
    output = gradient.indices.map { Double(bias[$0 % channels]) }
    inputGradient = [Double](repeating: 0, count: input.count)
    weightGradient = [Double](repeating: 0, count: weight.count)
    for pixel in 0..<g.batch * g.outputHeight * g.outputWidth {
      let (line, column) = pixel.quotientAndRemainder(dividingBy: g.outputWidth)
      let (image, row) = line.quotientAndRemainder(dividingBy: g.outputHeight)
      for position in 0..<g.kernelHeight * g.kernelWidth {
        let (kernelRow, kernelColumn) = position.quotientAndRemainder(dividingBy: g.kernelWidth)
        let y = row * g.vertical.stride + kernelRow * g.vertical.dilation - g.vertical.paddingBefore
        let x = column * g.horizontal.stride + kernelColumn * g.horizontal.dilation - g.horizontal.paddingBefore
        guard (0..<g.inputHeight).contains(y), (0..<g.inputWidth).contains(x) else { continue }
        for channel in 0..<channels {
          let i = ((image * g.inputHeight + y) * g.inputWidth + x) * channels + channel
          let (o, w) = (pixel * channels + channel, position * channels + channel)
          output[o] += Double(input[i]) * Double(weight[w])
          inputGradient[i] += Double(gradient[o]) * Double(weight[w])
          weightGradient[w] += Double(gradient[o]) * Double(input[i])
        }
      }
    }
  }
}
