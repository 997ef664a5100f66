import Kernels
import Testing
import Vulkan

/// The first device with a driver, whose new blocks are filled with NaN and whose commands are checked for barriers.
let checkedDevice: VulkanDevice? = {
  guard let adapter = (try? Adapter.all())?.first else { return nil }
  return try? VulkanDevice(adapter, isChecked: true)
}()

extension Trait where Self == ConditionTrait {
  /// Skips the test where no device has a Vulkan driver.
  static var needsDevice: Self { .enabled(if: checkedDevice != nil, "no device has a Vulkan driver") }

  /// Skips the test where the device does not multiply float16 numbers.
  static var needsMatrixUnits: Self {
    .enabled(
      if: checkedDevice?.obstacle(to: .float16(saturates: true)) == nil && checkedDevice != nil,
      "no device has matrix units")
  }
}

/// A buffer of numbers around 0, which are the same for the same seed.
func numbers(_ count: Int, seed: UInt64 = 1, scale: Float = 1, shift: Float = 0) -> Buffer {
  let random = Philox(key: seed, step: 0)
  return Buffer(count: count) { values in
    for index in values.indices {
      let sum = (0..<4).reduce(Float(0)) { $0 + random.uniform(at: 4 * index + $1) }
      values[index] = (sum - 2) * 1.7 * scale + shift
    }
  }
}

extension Buffer {
  var values: [Float] { withHostValues { Array($0) } }
}

/// Has the host and the device compute the same, twice there, and expects values within `tolerance` of the host's, as a
/// part of the largest, the same bits both times, and no missing barrier.
func expectSame(
  tolerance: Float = 1e-5, _ label: String = "", sourceLocation: SourceLocation = #_sourceLocation,
  _ compute: (any Device) -> [Buffer]
) throws {
  let device = try #require(checkedDevice)
  let expected = compute(HostDevice.shared).map(\.values)
  let results = [compute(device), compute(device)].map { $0.map(\.values) }
  #expect(device.takeFailure() == nil, sourceLocation: sourceLocation)
  #expect(device.takeHazards() == [], sourceLocation: sourceLocation)
  #expect(expected.map(\.count) == results[0].map(\.count), "\(label): counts", sourceLocation: sourceLocation)
  let bits = results.map { $0.map { $0.map(\.bitPattern) } }
  #expect(bits[0] == bits[1], "\(label): other bits the second time", sourceLocation: sourceLocation)
  for (index, (expected, actual)) in zip(expected, results[0]).enumerated() {
    let largest = expected.reduce(0) { $1.isFinite ? max($0, $1.magnitude) : $0 }
    var worst: (error: Float, index: Int) = (0, 0)
    for (place, (wanted, found)) in zip(expected, actual).enumerated() {
      if wanted == found || wanted.isNaN && found.isNaN { continue }
      let error = (wanted - found).magnitude
      if !(error <= worst.error) { worst = (error.isNaN ? .infinity : error, place) }
    }
    if worst.error > tolerance * largest {
      Issue.record(
        """
        \(label): result \(index) has \(actual[worst.index]) instead of \(expected[worst.index]) at \(worst.index) of \
        \(expected.count): \(worst.error / largest) of the largest
        """, sourceLocation: sourceLocation)
    }
  }
}
