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
  ]

  @Test(arguments: ProductTests.geometries + more) func convolutions(_ geometry: ConvolutionGeometry) throws {
    let input = PixelSource(
      numbers(2 * geometry.inputHeight * geometry.inputWidth * geometry.inputChannels), batch: 2,
      height: geometry.inputHeight, width: geometry.inputWidth, channels: geometry.inputChannels)
    let gradient = PixelSource(
      numbers(2 * geometry.outputHeight * geometry.outputWidth * geometry.outputChannels, seed: 2), batch: 2,
      height: geometry.outputHeight, width: geometry.outputWidth, channels: geometry.outputChannels)
    let weight = numbers(
      geometry.kernelHeight * geometry.kernelWidth * geometry.inputChannels * geometry.outputChannels, seed: 3,
      scale: 0.05)
    for isBiased in [false, true] {
      try expectSame(tolerance: 2e-3, "\(geometry)") { device in
        [
          device.convolution(
            geometry, input: input, weight: weight, bias: isBiased ? numbers(geometry.outputChannels) : nil,
            precision: .float16, gathersMoments: false
          ).output,
          device.convolutionInputGradient(
            geometry, outputGradient: gradient, weight: weight, bias: isBiased ? numbers(geometry.inputChannels) : nil,
            precision: .float16, gathersMoments: false
          ).inputGradient,
        ]
      }
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
          geometry, input: source, weight: numbers(9 * source.channels * 8), bias: nil, precision: .float16,
          gathersMoments: true
        ).output
      ]
    }
  }

  @Test func numbersBeyondTheRangeBecomeItsLargest() throws {
    let device = try #require(checkedDevice)
    let geometry = ProductTests.geometry(1, channels: (1, 1), size: (1, 4))
    let values: [Float] = [1e6, -.infinity, 65504, .nan, 1, 1 + 1 / 4096, 1e-9, -2]
    let input = PixelSource(
      Buffer(count: 8) { _ = $0.update(fromContentsOf: values) }, batch: 2, height: 1, width: 4, channels: 1)
    func product(_ weight: Float) -> [Float] {
      device.convolution(
        geometry, input: input, weight: Buffer(count: 1) { $0[0] = weight }, bias: nil, precision: .float16,
        gathersMoments: false
      ).output.values
    }
    let products = product(2)
    #expect(products.prefix(3) == [131_008, -131_008, 131_008])
    #expect(products[3].isNaN)
    #expect(products.suffix(4) == [2, 2, 0, -4])
    #expect(product(1e9)[4] == 65504)
  }
}
