import Kernels
import Testing
import Vulkan

/// On devices of their own: other tests would take memory that a recording has freed and means to use again, and it would be
/// rightly given up.
@Suite(.needsDevice) struct RecordingTests {
  private let geometry = ProductTests.geometry(3, stride: 2, padding: 1, channels: (6, 10))
  private let weight = numbers(9 * 6 * 10, scale: 0.1)

  private static func device(memoryLimit: Int? = nil) throws -> VulkanDevice {
    try VulkanDevice(#require(try Adapter.all().first), memoryLimit: memoryLimit, isChecked: true)
  }

  private func images(_ buffer: Buffer) -> PixelSource {
    PixelSource(buffer, batch: 2, height: 9, width: 11, channels: 6)
  }

  private func input(_ seed: UInt64) -> Buffer { numbers(2 * 9 * 11 * 6, seed: seed) }

  /// A convolution, a norm, and their gradients.
  private func computed(_ inputs: [Buffer], on device: any Device) -> [Buffer] {
    let output = device.convolution(
      geometry, input: images(inputs[0]), weight: weight, bias: nil, adding: nil, precision: .float32,
      gathersMoments: false
    ).output
    let statistics = device.statistics(
      of: device.moments(of: output, groups: 2, count: 30, channels: 10), epsilon: 1e-5)
    let gradient = device.normGradient(
      statistics, count: 30, negativeSlope: 0.2, input: output, outputGradient: device.unary(.sigmoid, of: output))
    let source = PixelSource(gradient, batch: 2, height: 5, width: 6, channels: 10)
    return [
      device.sumOfSquares(output), gradient,
      device.convolutionWeightGradient(
        geometry, input: images(inputs[1]), outputGradient: source, precision: .float32),
    ]
  }

  @Test func sameBitsForOtherInputs() throws {
    let device = try Self.device()
    // Weights and tables are sent the first time.
    _ = computed([input(1), input(2)], on: device).map(\.values)
    let (first, kept) = device.recording(inputs: [input(1), input(2)], constants: [weight]) {
      computed($0, on: device)
    }
    let recording = try #require(kept)
    #expect(recording.isValid(constants: [weight]))
    #expect(first.map(\.values) == computed([input(1), input(2)], on: device).map(\.values))
    for seed in [3, 5, 1] as [UInt64] {
      // What happens in between uses none of the recording's memory.
      let others = (0..<20).map { numbers(2 * 5 * 6 * 10, seed: $0) }.map { device.copy(of: $0) }
      let expected = computed([input(seed), input(seed + 1)], on: device).map(\.values)
      let results = try #require(recording.results(for: [input(seed), input(seed + 1)]))
      #expect(results.map(\.values) == expected)
      #expect(zip(others, 0..<20).allSatisfy { $0.values == numbers(600, seed: $1).values })
    }
    #expect(device.takeHazards() == [])
    #expect(device.takeFailure() == nil)
  }

  @Test func constantsMayChangeInPlace() throws {
    let device = try Self.device()
    let constant = device.copy(of: numbers(100))
    let (_, kept) = device.recording(inputs: [numbers(100)], constants: [constant]) {
      [device.binary(.product, $0[0], dimensions: [100], constant, dimensions: [100])]
    }
    let recording = try #require(kept)
    device.accumulate(numbers(100, seed: 2), to: constant)
    let result = try #require(recording.results(for: [device.filled(with: 2, count: 100)]))[0].values
    #expect(recording.isValid(constants: [constant]))
    #expect(result == zip(numbers(100).values, numbers(100, seed: 2).values).map { 2 * ($0 + $1) })
    #expect(!recording.isValid(constants: [device.copy(of: constant)]))
  }

  @Test func whatCannotBeRepeated() throws {
    let device = try Self.device()
    var remaining: [Buffer] = []
    let bodies: [(name: String, body: ([Buffer]) -> [Buffer])] = [
      ("reads", { inputs in [device.affine(inputs[0], scale: inputs[0].values[0], shift: 0)] }),
      ("sends", { inputs in [device.attended(inputs[0], adding: numbers(100))] }),
      (
        "leaves something",
        { inputs in
          remaining.append(device.copy(of: inputs[0]))
          return [device.copy(of: inputs[0])]
        }
      ),
    ]
    for (name, body) in bodies {
      let (results, recording) = device.recording(inputs: [numbers(100)], constants: [], body)
      #expect(recording == nil, "\(name)")
      #expect(results[0].values == body([numbers(100)])[0].values, "\(name)")
    }
  }

  /// A recording's memory is given up where there is no other.
  @Test func memoryIsGivenUp() throws {
    let device = try Self.device(memoryLimit: 8 << 20)
    let values = device.filled(with: 1, count: 100_000)
    let (_, kept) = device.recording(inputs: [values], constants: []) { inputs in
      [device.affine(device.affine(inputs[0], scale: 2, shift: 1), scale: 2, shift: 1)]
    }
    let recording = try #require(kept)
    #expect(recording.results(for: [values])?[0].values[0] == 7)
    let blocks = (0..<13).map { device.filled(with: Float($0), count: 100_000) }
    #expect(blocks.enumerated().allSatisfy { $1.values.allSatisfy { [index = $0] in $0 == Float(index) } })
    #expect(device.takeFailure() == nil)
    #expect(!recording.isValid(constants: []) && recording.results(for: [values]) == nil)
  }
}
