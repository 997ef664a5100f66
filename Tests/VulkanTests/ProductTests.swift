import Kernels
import Testing
import Vulkan

@Suite(.needsDevice) struct ProductTests {
  static func geometry(
    _ kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1, channels: (Int, Int),
    size: (Int, Int) = (9, 11)
  ) -> ConvolutionGeometry {
    let axis = ConvolutionAxis(stride: stride, dilation: dilation, paddingBefore: padding, paddingAfter: padding)
    return ConvolutionGeometry(
      batch: 2, inputHeight: size.0, inputWidth: size.1, inputChannels: channels.0, kernelHeight: kernel,
      kernelWidth: kernel, outputChannels: channels.1, vertical: axis, horizontal: axis)
  }

  static let geometries = [
    geometry(1, channels: (8, 8)), geometry(3, padding: 1, channels: (16, 16)), geometry(3, channels: (5, 7)),
    geometry(7, padding: 3, channels: (3, 64)), geometry(7, channels: (64, 3)),
    geometry(4, stride: 2, padding: 1, channels: (3, 20)), geometry(3, stride: 2, padding: 1, channels: (24, 12)),
    geometry(3, padding: 2, dilation: 2, channels: (4, 6)), geometry(2, stride: 3, channels: (4, 40)),
    geometry(3, stride: 3, padding: 2, dilation: 2, channels: (6, 2)),
    geometry(3, padding: 1, channels: (70, 130), size: (20, 17)),
    // Large enough for each of the larger tiles.
    geometry(3, padding: 1, channels: (8, 40), size: (96, 95)),
    geometry(1, channels: (4, 130), size: (92, 93)), geometry(3, channels: (64, 128), size: (6, 7)),
  ]

  @Test(arguments: geometries) func convolutions(_ geometry: ConvolutionGeometry) throws {
    var operands = ProductOperands(geometry)
    for bias in [operands.bias, nil] {
      operands.bias = bias
      try expectSame(tolerance: 4e-6, "\(geometry)") { [operands] device in
        operands.results(on: device, precision: .float32)
      }
    }
  }

  @Test func deferredInput() throws {
    let source = ImageTests.source(batch: 2, height: 9, width: 6, channels: [3, 6])
    let geometry = ConvolutionGeometry(
      batch: 2, inputHeight: source.height, inputWidth: source.width, inputChannels: 9, kernelHeight: 3, kernelWidth: 3,
      outputChannels: 8, vertical: ConvolutionAxis(stride: 2, paddingBefore: 1), horizontal: ConvolutionAxis())
    let gradient = PixelSource(
      numbers(2 * geometry.outputHeight * geometry.outputWidth * 8), batch: 2, height: geometry.outputHeight,
      width: geometry.outputWidth, channels: 8)
    try expectSame(tolerance: 4e-6) { device in
      [
        device.convolution(
          geometry, input: source, weight: numbers(9 * 9 * 8), bias: nil, adding: nil, precision: .float32,
          gathersMoments: true
        ).output,
        device.convolutionWeightGradient(geometry, input: source, outputGradient: gradient, precision: .float32),
      ]
    }
  }

  @Test(arguments: [(3, 1, 1, 1), (3, 2, 1, 1), (5, 1, 4, 2), (2, 3, 0, 1)])
  func depthwise(kernel: Int, stride: Int, padding: Int, dilation: Int) throws {
    for channels in [1, 6, 80] {
      let geometry = Self.geometry(
        kernel, stride: stride, padding: padding, dilation: dilation, channels: (channels, channels), size: (30, 41))
      let input = PixelSource(
        numbers(2 * 30 * 41 * channels), batch: 2, height: 30, width: 41, channels: channels)
      let gradient = PixelSource(
        numbers(2 * geometry.outputHeight * geometry.outputWidth * channels, seed: 2), batch: 2,
        height: geometry.outputHeight, width: geometry.outputWidth, channels: channels)
      let weight = numbers(kernel * kernel * channels, seed: 3)
      try expectSame(tolerance: 2e-6, "\(geometry)") { device in
        [
          device.depthwiseConvolution(geometry, input: input, weight: weight, bias: numbers(channels, seed: 4)),
          device.depthwiseConvolution(geometry, input: input, weight: weight, bias: nil),
          device.depthwiseConvolutionInputGradient(geometry, outputGradient: gradient, weight: weight),
          device.depthwiseConvolutionWeightGradient(geometry, input: input, outputGradient: gradient),
        ]
      }
    }
  }

  @Test(arguments: [(1, 1, 1, 1), (3, 40, 33, 17), (2, 5, 70, 64), (1, 100, 3, 300)])
  func matrixProducts(batch: Int, rows: Int, columns: Int, inner: Int) throws {
    for (left, right) in [(false, false), (true, false), (false, true), (true, true)] {
      let geometry = MatrixProductGeometry(
        batch: batch, rows: rows, columns: columns, inner: inner, transposesLeft: left, transposesRight: right)
      try expectSame(tolerance: 2e-6, "\(geometry)") { device in
        [
          device.matrixProduct(
            geometry, left: numbers(batch * rows * inner), right: numbers(batch * inner * columns, seed: 2))
        ]
      }
    }
  }
}
