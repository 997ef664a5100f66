import Kernels
import Synchronization

/// A device that has the host compute each operation, and a Vulkan device twice, and notes how far apart the results are.
/// What it returns are the host's results, so that differences do not add up.
package final class ComparedDevice: Device {
  /// What the calls of one operation came to.
  package struct Row: Sendable {
    package var operation: String
    package var calls = 0
    /// The largest difference, as a part of the largest value that was expected.
    package var difference: Float = 0
    /// The calls that gave other bits the second time.
    package var unrepeatable = 0
    /// Whether the device multiplied numbers of less precision than the host.
    package var isReduced = false
  }

  let host = HostDevice.shared
  let other: VulkanDevice
  private let rows = Mutex<[String: Row]>([:])

  /// - Parameter adapter: of the device to compare, which is opened so that it fills new memory with NaN and logs its
  ///   commands.
  package init(_ adapter: Adapter) throws(VulkanError) {
    other = try VulkanDevice(adapter, isChecked: true)
  }

  /// By the operations' names.
  package var results: [Row] { rows.withLock { $0.values.sorted { $0.operation < $1.operation } } }

  /// Why the compared device has failed; nil if it has not.
  package func takeFailure() -> VulkanError? { other.takeFailure() }

  /// Commands that lack a barrier.
  package func takeHazards() -> [String] { other.takeHazards() }

  package func obstacle(to precision: OperandPrecision) -> String? { other.obstacle(to: precision) }

  package func upload(_ values: UnsafeBufferPointer<Float>) -> any DeviceBlock { host.upload(values) }

  /// - Parameter scale: what differences are a part of, if that is more than the largest value.
  func compared(
    _ operation: String, scale: Float = 0, _ precision: OperandPrecision = .float32, _ compute: (any Device) -> Buffer
  ) -> Buffer {
    let expected = compute(host)
    note(operation, expected, compute(other), compute(other), scale: scale, precision)
    return expected
  }

  func note(
    _ operation: String, _ expected: Buffer, _ first: Buffer, _ second: Buffer, scale: Float = 0,
    _ precision: OperandPrecision = .float32
  ) {
    let difference = Self.difference(first, expected, scale: scale)
    let isRepeatable = first.withHostValues { first in
      second.withHostValues { second in zip(first, second).allSatisfy { $0.bitPattern == $1.bitPattern } }
    }
    rows.withLock { rows in
      var row = rows[operation] ?? Row(operation: operation)
      row.calls += 1
      row.difference = max(row.difference, difference)
      if !isRepeatable { row.unrepeatable += 1 }
      if precision != .float32 { row.isReduced = true }
      rows[operation] = row
    }
  }

  private static func difference(_ actual: Buffer, _ expected: Buffer, scale: Float) -> Float {
    actual.withHostValues { actual in
      expected.withHostValues { expected in
        var (worst, largest) = (Float(0), scale)
        for (found, wanted) in zip(actual, expected) where !(found == wanted || found.isNaN && wanted.isNaN) {
          let difference = (found - wanted).magnitude
          worst = max(worst, difference.isNaN ? .infinity : difference)
        }
        if worst == 0 { return 0 }
        for value in expected where value.isFinite { largest = max(largest, value.magnitude) }
        return worst / largest
      }
    }
  }

  /// The largest sum of magnitudes that a sum over all of `values` in `parts` equal shares can have: rounding errors of
  /// sums are in proportion to it, however small the sums are.
  static func magnitudes(_ values: Buffer, parts: Int) -> Float {
    values.withHostValues { $0.reduce(0) { $0 + $1.magnitude } } / Float(max(1, parts))
  }

  static func largest(_ values: Buffer) -> Float {
    values.withHostValues { $0.reduce(0) { max($0, $1.magnitude) } }
  }

  /// A buffer of its own, for operations that change it.
  static func copy(_ buffer: Buffer) -> Buffer {
    buffer.withHostValues { values in Buffer(count: values.count) { _ = $0.update(fromContentsOf: values) } }
  }
}
