import Kernels
import Tensors
import TestSupport
import Testing

/// Compares each of the fast algorithms with plain loops in double precision.
@Suite struct ConvolutionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var batch = 1, height: Int, width: Int, inputChannels: Int, outputChannels: Int
    var kernel: (Int, Int), stride = 1, padding = (0, 0, 0, 0), dilation = 1
    var testDescription: String {
      "\(batch)x\(height)x\(width)x\(inputChannels)->\(outputChannels) k\(kernel) s\(stride) p\(padding) d\(dilation)"
    }
  }

  static let cases = [
    // Winograd: whole tiles, partial tiles, one-sided padding, many tiles, and two bands of tiles of different lengths.
    Case(height: 8, width: 12, inputChannels: 16, outputChannels: 16, kernel: (3, 3), padding: (1, 1, 1, 1)),
    Case(batch: 2, height: 9, width: 7, inputChannels: 32, outputChannels: 48, kernel: (3, 3)),
    Case(batch: 2, height: 9, width: 7, inputChannels: 20, outputChannels: 36, kernel: (3, 3)),
    Case(height: 10, width: 5, inputChannels: 32, outputChannels: 16, kernel: (3, 3), padding: (2, 0, 1, 2)),
    Case(height: 70, width: 66, inputChannels: 256, outputChannels: 16, kernel: (3, 3), padding: (1, 1, 1, 1)),
    Case(height: 84, width: 92, inputChannels: 512, outputChannels: 16, kernel: (3, 3), padding: (1, 1, 1, 1)),
    // Winograd with stride 2, forward and backward: whole tiles, partial tiles, odd sizes, other padding, and too few
    // tiles to be worthwhile.
    Case(
      height: 64, width: 64, inputChannels: 64, outputChannels: 80, kernel: (3, 3), stride: 2, padding: (1, 1, 1, 1)),
    Case(
      batch: 2, height: 67, width: 61, inputChannels: 64, outputChannels: 64, kernel: (3, 3), stride: 2,
      padding: (1, 0, 1, 2)),
    Case(height: 66, width: 71, inputChannels: 80, outputChannels: 64, kernel: (3, 3), stride: 2),
    Case(
      batch: 2, height: 27, width: 33, inputChannels: 32, outputChannels: 16, kernel: (3, 3), stride: 2,
      padding: (1, 1, 1, 1)),
    Case(
      height: 12, width: 21, inputChannels: 16, outputChannels: 16, kernel: (3, 3), stride: 2, padding: (1, 1, 1, 1)),
    // Direct: few channels, strides, dilation, non-square kernels, wide images, stride phases without taps.
    Case(height: 5, width: 300, inputChannels: 3, outputChannels: 40, kernel: (3, 5), padding: (1, 1, 2, 2)),
    Case(height: 9, width: 10, inputChannels: 4, outputChannels: 6, kernel: (1, 1), stride: 2),
    Case(
      height: 12, width: 11, inputChannels: 6, outputChannels: 20, kernel: (3, 3), stride: 2, padding: (2, 2, 2, 2),
      dilation: 2),
    Case(height: 11, width: 13, inputChannels: 3, outputChannels: 8, kernel: (7, 7)),
    Case(height: 12, width: 12, inputChannels: 8, outputChannels: 12, kernel: (4, 4), stride: 2, padding: (1, 1, 1, 1)),
    Case(batch: 3, height: 9, width: 8, inputChannels: 5, outputChannels: 7, kernel: (3, 2), stride: 3),
    Case(
      height: 12, width: 11, inputChannels: 6, outputChannels: 5, kernel: (3, 3), padding: (2, 2, 2, 2), dilation: 2),
    // Narrow: a column of the product for every tap and channel.
    Case(height: 16, width: 14, inputChannels: 16, outputChannels: 3, kernel: (7, 7), padding: (3, 3, 3, 3)),
    Case(batch: 2, height: 9, width: 9, inputChannels: 24, outputChannels: 1, kernel: (4, 4), padding: (1, 1, 1, 1)),
    Case(height: 40, width: 6, inputChannels: 12, outputChannels: 2, kernel: (1, 3)),
    // Padding larger than the kernel.
    Case(height: 6, width: 6, inputChannels: 8, outputChannels: 2, kernel: (3, 3), padding: (4, 3, 3, 5)),
    // 1x1 kernels.
    Case(height: 5, width: 9, inputChannels: 19, outputChannels: 23, kernel: (1, 1)),
  ]

  @Test(arguments: cases, InstructionSet.available)
  func followsPlainLoops(_ shape: Case, instructionSet: String) {
    InstructionSet.using(instructionSet) { followsPlainLoops(shape) }
  }

  /// Each factor keeps 8 significant bits, so a product's relative error is at most about 2^-8.
  @Test(
    .enabled(if: HostDevice.shared.obstacle(to: .bfloat16) == nil, "this processor cannot multiply bfloat16"),
    arguments: cases)
  func bfloat16Follows(_ shape: Case) {
    let geometry = shape.geometry
    let values = operands(of: geometry)
    let expected = Reference(
      geometry, input: values.input, weight: values.weight, bias: values.bias, gradient: values.gradient)
    let weight = Buffer(values.weight)
    let (output, _) = HostDevice.shared.convolution(
      geometry, input: inputSource(geometry, values.input), weight: weight, bias: Buffer(values.bias), adding: nil,
      precision: .bfloat16, gathersMoments: false)
    expect(output, near: expected.output, tolerance: 1e-2, "output")
    let (inputGradient, _) = HostDevice.shared.convolutionInputGradient(
      geometry, outputGradient: outputSource(geometry, values.gradient), weight: weight, bias: nil,
      precision: .bfloat16, gathersMoments: false)
    expect(inputGradient, near: expected.inputGradient, tolerance: 1e-2, "input gradient")
  }

  private func followsPlainLoops(_ shape: Case) {
    let geometry = shape.geometry
    let (input, weight, bias, gradient) = operands(of: geometry)
    let expected = Reference(geometry, input: input, weight: weight, bias: bias, gradient: gradient)
    let (inputSource, gradientSource) = (inputSource(geometry, input), outputSource(geometry, gradient))
    let kernel = Buffer(weight)
    let (output, _) = HostDevice.shared.convolution(
      geometry, input: inputSource, weight: kernel, bias: Buffer(bias), adding: nil, precision: .float32,
      gathersMoments: false)
    expect(output, near: expected.output, "output")
    let (sum, _) = HostDevice.shared.convolution(
      geometry, input: inputSource, weight: kernel, bias: Buffer(bias), adding: Buffer(gradient), precision: .float32,
      gathersMoments: false)
    #expect(
      zip(sum.values, zip(output.values, gradient)).allSatisfy { $0 == $1.0 + $1.1 }, "adding is not as done afterwards"
    )
    let (inputGradient, _) = HostDevice.shared.convolutionInputGradient(
      geometry, outputGradient: gradientSource, weight: kernel, bias: nil, precision: .float32, gathersMoments: false)
    expect(inputGradient, near: expected.inputGradient, "input gradient")
    let weightGradient = HostDevice.shared.convolutionWeightGradient(
      geometry, input: inputSource, outputGradient: gradientSource, precision: .float32)
    expect(weightGradient, near: expected.weightGradient, "weight gradient")
  }

  private func operands(
    of geometry: ConvolutionGeometry
  ) -> (input: [Float], weight: [Float], bias: [Float], gradient: [Float]) {
    (
      random("input", geometry.batch * geometry.inputHeight * geometry.inputWidth * geometry.inputChannels),
      random(
        "weight", geometry.kernelHeight * geometry.kernelWidth * geometry.inputChannels * geometry.outputChannels),
      random("bias", geometry.outputChannels),
      random("gradient", geometry.batch * geometry.outputHeight * geometry.outputWidth * geometry.outputChannels)
    )
  }

  private func inputSource(_ geometry: ConvolutionGeometry, _ values: [Float]) -> PixelSource {
    PixelSource(
      Buffer(values), batch: geometry.batch, height: geometry.inputHeight, width: geometry.inputWidth,
      channels: geometry.inputChannels)
  }

  private func outputSource(_ geometry: ConvolutionGeometry, _ values: [Float]) -> PixelSource {
    PixelSource(
      Buffer(values), batch: geometry.batch, height: geometry.outputHeight, width: geometry.outputWidth,
      channels: geometry.outputChannels)
  }

  private func random(_ purpose: String, _ count: Int) -> [Float] {
    let random = Random(seed: 3, purpose: purpose)
    return (0..<count).map { random.uniform(at: $0) * 2 - 1 }
  }

  /// The tolerance is relative to the largest value, because the rounding error of Winograd's transforms is larger than
  /// that of plain sums.
  private func expect(
    _ buffer: Buffer, near expected: [Double], tolerance: Double = 1e-5, _ name: Comment
  ) {
    let result = buffer.values
    #expect(result.count == expected.count, name)
    let largest = expected.map(abs).max() ?? 0
    let error = zip(result, expected).map { abs(Double($0) - $1) }.map { $0.isNaN ? .infinity : $0 }.max() ?? 0
    #expect(error <= tolerance * largest, name)
  }
}

extension ConvolutionTests.Case {
  var geometry: ConvolutionGeometry {
    ConvolutionGeometry(
      batch: batch, inputHeight: height, inputWidth: width, inputChannels: inputChannels, kernelHeight: kernel.0,
      kernelWidth: kernel.1, outputChannels: outputChannels,
      vertical: ConvolutionAxis(
        stride: stride, dilation: dilation, paddingBefore: padding.0, paddingAfter: padding.1),
      horizontal: ConvolutionAxis(
        stride: stride, dilation: dilation, paddingBefore: padding.2, paddingAfter: padding.3))
  }
}

/// Convolution and its gradients by definition, one multiplication at a time.
private struct Reference {
  var output: [Double], inputGradient: [Double], weightGradient: [Double]

  init(_ g: ConvolutionGeometry, input: [Float], weight: [Float], bias: [Float], gradient: [Float]) {
    output = [Double](repeating: 0, count: gradient.count)
    inputGradient = [Double](repeating: 0, count: input.count)
    weightGradient = [Double](repeating: 0, count: weight.count)
    for image in 0..<g.batch {
      for row in 0..<g.outputHeight {
        for column in 0..<g.outputWidth {
          let outputPixel = (image * g.outputHeight + row) * g.outputWidth + column
          for channel in 0..<g.outputChannels {
            output[outputPixel * g.outputChannels + channel] = Double(bias[channel])
          }
          for kernelRow in 0..<g.kernelHeight {
            for kernelColumn in 0..<g.kernelWidth {
              let y = row * g.vertical.stride + kernelRow * g.vertical.dilation - g.vertical.paddingBefore
              let x = column * g.horizontal.stride + kernelColumn * g.horizontal.dilation - g.horizontal.paddingBefore
              guard (0..<g.inputHeight).contains(y), (0..<g.inputWidth).contains(x) else { continue }
              let inputPixel = (image * g.inputHeight + y) * g.inputWidth + x
              let position = kernelRow * g.kernelWidth + kernelColumn
              for from in 0..<g.inputChannels {
                let place = inputPixel * g.inputChannels + from
                for to in 0..<g.outputChannels {
                  let w = (position * g.inputChannels + from) * g.outputChannels + to
                  let o = outputPixel * g.outputChannels + to
                  output[o] += Double(input[place]) * Double(weight[w])
                  inputGradient[place] += Double(gradient[o]) * Double(weight[w])
                  weightGradient[w] += Double(gradient[o]) * Double(input[place])
                }
              }
            }
          }
        }
      }
    }
  }
}
