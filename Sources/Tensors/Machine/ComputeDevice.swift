import Kernels
import Vulkan

/// What arrays are computed on: the processor, or a GPU through Vulkan.
///
/// Operations run on the device that their task chose with `run`, or on `standard`. Arrays move between devices by
/// themselves. Results of different devices differ by rounding.
public struct ComputeDevice: Sendable {
  let device: any Device

  private init(_ device: any Device) {
    self.device = device
  }

  init(_ device: VulkanDevice) {
    self.device = device
  }

  public static let processor = ComputeDevice(HostDevice.shared)

  /// The device of tasks that choose none: the one that the environment's `GUISE_DEVICE` names, or the processor.
  public static let standard: ComputeDevice = {
    guard let choice = DeviceChoice.inEnvironment else { return .processor }
    return (try? choice.open()) ?? .processor
  }()

  /// A Vulkan device of its own that takes at most `memoryLimit` bytes of memory.
  package static func vulkan(_ index: Int, memoryLimit: Int) throws(DeviceChoiceError) -> ComputeDevice {
    do {
      return ComputeDevice(try VulkanDevice(DeviceChoice.vulkan(index).adapter(), memoryLimit: memoryLimit))
    } catch {
      throw DeviceChoiceError(choice: .vulkan(index), reason: "\(error)")
    }
  }

  /// The current task's device.
  public static var current: ComputeDevice { ComputeDevice(Devices.current) }

  /// Calls `body`, whose operations run on this device.
  public func run<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Devices.$current.withValue(device, operation: body)
  }

  /// Calls `body`, whose operations run on this device.
  public func run<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    try await Devices.$current.withValue(device, operation: body)
  }

  /// Calls `body`, whose operations run on this device in place of the one that they were meant for: where they ask for a
  /// precision that this one lacks, they get float32.
  package func runInstead<Result>(_ body: () throws -> Result) rethrows -> Result {
    try GradientMode.$replacesPrecision.withValue(true) { try run(body) }
  }

  private var vulkan: VulkanDevice? { device as? VulkanDevice }

  public var isProcessor: Bool { vulkan == nil }

  /// The processor's name, or the GPU's.
  public var name: String { vulkan?.adapter.name ?? Machine.processorName }

  /// The device and its driver, for what depends on both: the bits of results.
  public var identity: String {
    vulkan.map { "\($0.adapter.name), \($0.adapter.driver)" } ?? "processor, \(Machine.instructionSet)"
  }

  /// What one computation may take of a GPU's memory, in bytes; nil for the processor, whose memory is the system's.
  ///
  /// It is a quarter of the memory, since operations pad and copy what the processor reads in place, and freed blocks of
  /// other sizes are kept; and little enough that no single array is larger than the driver allows.
  public var memory: Int? {
    vulkan.map { min($0.memoryLimit / 4, 2 * $0.adapter.largestBlock) }
  }

  /// Waits until all operations so far are carried out.
  func finish() { vulkan?.finish() }

  /// Throws if the device has failed since the last call, so that what it computed is meaningless. To be asked after
  /// results are read and before they are used.
  public func check() throws(DeviceFailure) {
    if let failure = vulkan?.takeFailure() {
      throw DeviceFailure(device: name, reason: "\(failure)", isLost: failure == .lost)
    }
  }
}

/// A device that ran out of memory, or whose driver gave up.
public struct DeviceFailure: Error, CustomStringConvertible {
  /// The device's name.
  public let device: String
  public let reason: String
  /// Whether the device cannot be used again in this process.
  public let isLost: Bool

  package init(device: String, reason: String, isLost: Bool) {
    (self.device, self.reason, self.isLost) = (device, reason, isLost)
  }

  public var description: String { "\(device) failed: \(reason)" }
}

extension NDArray {
  /// These values, once they are computed. Throws `DeviceFailure` if the device failed at that.
  public func computed() throws(DeviceFailure) -> NDArray {
    withHostMemory { _ in }
    try ComputeDevice.current.check()
    return self
  }
}
