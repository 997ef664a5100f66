import Kernels
import Vulkan

/// Holds a GPU's operations against the processor's: each operation of a computation is run on the processor, and twice on
/// the GPU, whose new memory is filled with NaN and whose commands are searched for missing barriers.
public struct DeviceCheck: Sendable {
  /// What the calls of one operation came to.
  public struct Row: Sendable {
    public let operation: String
    public let calls: Int
    /// The largest difference from the processor's result, as a part of the largest value.
    public let difference: Float
    /// The calls that gave other bits the second time.
    public let unrepeatable: Int
    /// Differences by rounding are smaller.
    public let tolerance: Float

    public var passes: Bool { difference <= tolerance && unrepeatable == 0 }
  }

  /// The GPU's name and its driver.
  public let device: String
  private let compared: ComparedDevice

  /// Throws `DeviceChoiceError` or `PrecisionError`.
  public init(_ choice: DeviceChoice, _ precision: Precision = .float32) throws {
    do {
      let adapter = try choice.adapter()
      device = "\(adapter.name), \(adapter.driver)"
      compared = try ComparedDevice(adapter)
    } catch {
      throw DeviceChoiceError(choice: choice, reason: "\(error)")
    }
    if let obstacle = compared.obstacle(to: precision.operands(saturates: true)) {
      throw PrecisionError(precision: precision, obstacle: obstacle)
    }
  }

  /// Calls `body`, whose operations are compared. Throws `DeviceFailure` if the GPU fails.
  public func run(_ body: () throws -> Void) throws {
    try Devices.$current.withValue(compared, operation: body)
    if let failure = compared.takeFailure() {
      throw DeviceFailure(device: device, reason: "\(failure)", isLost: failure == .lost)
    }
  }

  /// What all operations so far came to, by their names.
  public var rows: [Row] {
    compared.results.map {
      Row(
        operation: $0.operation, calls: $0.calls, difference: $0.difference, unrepeatable: $0.unrepeatable,
        tolerance: $0.isReduced ? 2e-3 : 5e-5)
    }
  }

  /// A message for each command since the last call that lacked a barrier.
  public func missingBarriers() -> [String] { compared.takeHazards() }
}
