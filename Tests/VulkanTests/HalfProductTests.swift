import Kernels
import Testing
import Vulkan

/// Products of float16 numbers. The host computes the same in float32.
@Suite(.needsMatrixUnits) struct HalfProductTests {
  private static let more = [
    // Channels in many eights, strides and dilations, and every tile.
    ProductTests.geometry(5, padding: 2, channels: (40, 24)),
    ProductTests.geometry(3, channels: (256, 256), size: (6, 7)),
    ProductTests.geometry(4, stride: 2, padding: 1, channels: (70, 90)), ProductTests.geometry(1, channels: (1, 1)),
    ProductTests.geometry(3, stride: 2, padding: 1, dilation: 2, channels: (33, 17)),
    ProductTests.geometry(1, channels: (8, 136), size: (128, 128)),
  ]

  @Test(arguments: ProductTests.geometries + more) func convolutions(_ geometry: ConvolutionGeometry) throws {
    let operands = ProductOperands(geometry)
    for saturates in [false, true] {
      try expectSame(tolerance: 2e-3, "\(geometry)") { device in
        operands.results(on: device, precision: .float16(saturates: saturates))
      }
    }
  }

  /// Gradients of any order of magnitude, which are scaled before they become float16 numbers.
  @Test(arguments: [Float(1e-30), 1e-9, 1e-3, 1e9, 1e30]) func gradients(scale: Float) throws {
    let geometry = ProductTests.geometry(3, stride: 2, padding: 1, channels: (12, 10))
    var operands = ProductOperands(geometry, gradientScale: scale)
    operands.bias = nil
    for isForward in [true, false] {
      operands.gradient.isGradient = isForward
      // The gradient of a transposed convolution's weights takes the two for each other.
      operands.input.isGradient = !isForward
      operands.input.parts[0].values = numbers(operands.input.parts[0].values.count, scale: isForward ? 1 : scale)
      operands.gradient.parts[0].values = numbers(
        operands.gradient.parts[0].values.count, seed: 2, scale: isForward ? scale : 1)
      try expectSame(tolerance: 2e-3, "\(scale)") { [operands] device in
        operands.results(on: device, precision: .float16(saturates: false))
      }
    }
  }

  /// In training, activations may be tiny, or large, too, also those that come from several arrays.
  @Test(arguments: [[8], [8, 8], [5, 3]], [Float(1e-9), 1e9]) func activations(channels: [Int], scale: Float) throws {
    var source = ImageTests.source(batch: 2, height: 9, width: 6, channels: channels)
    for index in source.parts.indices {
      source.parts[index].statistics = nil
      source.parts[index].ceiling = .infinity
      source.parts[index].values = numbers(source.parts[index].values.count, seed: UInt64(index), scale: scale)
    }
    let geometry = ConvolutionGeometry(
      batch: 2, inputHeight: source.height, inputWidth: source.width, inputChannels: source.channels, kernelHeight: 3,
      kernelWidth: 3, outputChannels: 8, vertical: ConvolutionAxis(paddingBefore: 1), horizontal: ConvolutionAxis())
    try expectSame(tolerance: 2e-3) { [source] device in
      [
        device.convolution(
          geometry, input: source, weight: numbers(9 * source.channels * 8, scale: 0.05), bias: nil,
          adding: nil, precision: .float16(saturates: false), gathersMoments: false
        ).output
      ]
    }
  }

  @Test func gradientsWithDeferredPixels() throws {
    var source = ImageTests.source(batch: 2, height: 9, width: 6, channels: [3, 6])
    source.isGradient = true
    let geometry = ConvolutionGeometry(
      batch: 2, inputHeight: source.height, inputWidth: source.width, inputChannels: source.channels, kernelHeight: 3,
      kernelWidth: 3, outputChannels: 8, vertical: ConvolutionAxis(paddingBefore: 1), horizontal: ConvolutionAxis())
    try expectSame(tolerance: 2e-3) { [source] device in
      [
        device.convolution(
          geometry, input: source, weight: numbers(9 * source.channels * 8), bias: nil,
          adding: nil, precision: .float16(saturates: false), gathersMoments: false
        ).output
      ]
    }
  }

  /// Padding, norms, rectifiers, and parts that begin within eight channels and with them.
  @Test(arguments: [[3], [3, 6], [8, 5], [16, 8, 2]]) func deferredInput(channels: [Int]) throws {
    let source = ImageTests.source(batch: 2, height: 9, width: 6, channels: channels)
    let geometry = ConvolutionGeometry(
      batch: 2, inputHeight: source.height, inputWidth: source.width, inputChannels: source.channels, kernelHeight: 3,
      kernelWidth: 3, outputChannels: 8, vertical: ConvolutionAxis(stride: 2, paddingBefore: 1),
      horizontal: ConvolutionAxis())
    try expectSame(tolerance: 2e-3) { device in
      [
        device.convolution(
          geometry, input: source, weight: numbers(9 * source.channels * 8), bias: nil,
          adding: nil, precision: .float16(saturates: true), gathersMoments: true
        ).output
      ]
    }
  }

  /// Those of whole parts of images, of a last part, and of all phases of a transposed convolution.
  @Test(arguments: [(1, 9, 7, 24, 1), (2, 16, 16, 8, 1), (2, 16, 16, 72, 2), (1, 30, 50, 12, 2), (2, 8, 16, 136, 1)])
  func moments(batch: Int, height: Int, width: Int, channels: Int, stride: Int) throws {
    let axis = ConvolutionAxis(stride: stride, paddingBefore: 1, paddingAfter: 1)
    let geometry = ConvolutionGeometry(
      batch: batch, inputHeight: height, inputWidth: width, inputChannels: channels, kernelHeight: 4, kernelWidth: 4,
      outputChannels: channels, vertical: axis, horizontal: axis)
    var operands = ProductOperands(geometry)
    // Means far above the deviations.
    operands.bias = numbers(channels, shift: 4)
    var hasMoments = false
    try expectSame(tolerance: 2e-3) { [operands] device in
      let (output, moments) = device.convolution(
        geometry, input: operands.input, weight: operands.weight, bias: operands.bias,
        adding: nil, precision: .float16(saturates: true), gathersMoments: true)
      let (gradient, gradientMoments) = device.convolutionInputGradient(
        geometry, outputGradient: operands.gradient, weight: operands.weight, bias: operands.bias,
        precision: .float16(saturates: true), gathersMoments: true)
      hasMoments = moments != nil && gradientMoments != nil
      let statistics = [
        moments
          ?? device.moments(
            of: output, groups: batch, count: geometry.outputHeight * geometry.outputWidth, channels: channels),
        gradientMoments
          ?? device.moments(of: gradient, groups: batch, count: height * width, channels: channels),
      ].map { device.statistics(of: $0, epsilon: 1e-5) }
      return statistics.flatMap { [$0.mean, $0.inverseDeviation] }
    }
    #expect(hasMoments || batch == 2, "the device gathers no moments")
  }

  /// What is stored in float16 can be read, and changed, by every other operation.
  @Test func storedHalves() throws {
    let geometry = ProductTests.geometry(3, padding: 1, channels: (16, 16))
    let operands = ProductOperands(geometry)
    try expectSame(tolerance: 2e-3) { device in
      let (output, _) = device.convolution(
        geometry, input: operands.input, weight: operands.weight, bias: operands.bias,
        adding: nil, precision: .float16(saturates: true), gathersMoments: false)
      let images = PixelSource(output, batch: 2, height: 9, width: 11, channels: 16)
      let statistics = device.statistics(
        of: device.moments(of: output, groups: 2, count: 99, channels: 16), epsilon: 1e-5)
      var normalized = images
      normalized.parts[0].statistics = statistics
      normalized.parts[0].slope = 0.2
      let (second, _) = device.convolution(
        geometry, input: normalized, weight: operands.weight, bias: nil, adding: nil,
        precision: .float16(saturates: true),
        gathersMoments: false)
      let gradient = device.normGradient(
        statistics, count: 99, negativeSlope: 1, input: output, outputGradient: operands.input.parts[0].values)
      let sum = device.copy(of: output)
      device.accumulate(operands.input.parts[0].values, to: sum)
      let changed = device.convolution(
        geometry, input: operands.input, weight: operands.weight, bias: nil, adding: nil,
        precision: .float16(saturates: true),
        gathersMoments: false
      ).output
      device.accumulate(operands.input.parts[0].values, to: changed)
      return [
        output, device.rectified(output, slope: 0.5), device.pixels(of: normalized, adding: sum), second, gradient, sum,
        changed, device.sumOfSquares(second),
      ]
    }
  }

  /// With either side transposed, of every size of tile, and of gradients of any order of magnitude.
  @Test(arguments: [(1, 16, 16, 16), (3, 40, 72, 33), (2, 130, 100, 17), (1, 700, 600, 24)])
  func matrices(batch: Int, rows: Int, columns: Int, inner: Int) throws {
    for transposes in [(false, false), (false, true), (true, false), (true, true)] {
      for scale in [Float(1), 1e-20] {
        var geometry = MatrixProductGeometry(
          batch: batch, rows: rows, columns: columns, inner: inner, transposesLeft: transposes.0,
          transposesRight: transposes.1)
        geometry.precision = .float16(saturates: false)
        geometry.leftIsGradient = scale != 1 && transposes.0
        geometry.rightIsGradient = scale != 1 && !transposes.0
        let left = numbers(batch * rows * inner, scale: geometry.leftIsGradient ? scale : 1)
        let right = numbers(batch * inner * columns, seed: 2, scale: geometry.rightIsGradient ? scale : 1)
        try expectSame(tolerance: 2e-3, "\(geometry)") { [geometry] in
          [$0.matrixProduct(geometry, left: left, right: right)]
        }
      }
    }
  }

  @Test func numbersBeyondTheRange() throws {
    let device = try #require(checkedDevice)
    let geometry = ProductTests.geometry(1, channels: (1, 1), size: (1, 4))
    let values: [Float] = [1e6, -.infinity, 65504, .nan, 1, 1 + 1 / 4096, 1e-9, -2]
    let input = PixelSource(
      Buffer(count: 8) { _ = $0.update(fromContentsOf: values) }, batch: 2, height: 1, width: 4, channels: 1)
    func product(_ weight: Float, saturates: Bool = true) -> [Float] {
      device.convolution(
        geometry, input: input, weight: Buffer(count: 1) { $0[0] = weight }, bias: nil,
        adding: nil, precision: .float16(saturates: saturates), gathersMoments: false
      ).output.values
    }
    let products = product(2)
    #expect(products.prefix(3) == [131_008, -131_008, 131_008])
    #expect(products[3].isNaN)
    #expect(products.suffix(4) == [2, 2, 0, -4])
    #expect(product(1e9)[4] == 65504)
    // Infinite, or not a number where a driver subtracts infinities.
    #expect(!product(1e9, saturates: false)[4].isFinite)
    // Infinities stay; other activations are scaled.
    let infinite = product(2, saturates: false)
    #expect(infinite.map(\.isFinite) == [false, false, true, false, true, true, true, true])
  }
}
