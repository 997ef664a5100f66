import Kernels
import Tensors
import TestSupport
import Testing

/// Runs a test of golden cases on the host and on a device with its own memory, and expects bitwise the same results;
/// where the standard device is not the host, on that alone.
struct OnAnotherDevice: TestTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    guard ComputeDevice.standard.isProcessor else { return try await function() }
    let (here, there) = (RecordedResults(), RecordedResults())
    try await RecordedResults.$current.withValue(here, operation: function)
    let device = WatchedDevice()
    try await Devices.$current.withValue(device) {
      try await RecordedResults.$current.withValue(there, operation: function)
      #expect(here.arrays == there.arrays, "another device gives other bits")
    }
    #expect(!device.calls.isEmpty && here.arrays.count == there.arrays.count)
  }
}

extension Trait where Self == OnAnotherDevice {
  /// Runs the test on the host and on another device.
  static var onAnotherDevice: OnAnotherDevice { OnAnotherDevice() }
}
