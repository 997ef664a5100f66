import Foundation
import Synchronization
import Vulkan

/// A device as users name it: `auto`, `cpu`, `vulkan` or `vulkan:1`.
public enum DeviceChoice: Hashable, Sendable, CustomStringConvertible {
  /// The first GPU that can be used, otherwise the processor.
  case automatic
  case processor
  /// The system's Vulkan device of that number, counted from 0; the first GPU if it is nil.
  case vulkan(Int?)

  /// Nil for other names.
  public init?(_ name: String) {
    switch name {
    case "auto": self = .automatic
    case "cpu": self = .processor
    case "vulkan": self = .vulkan(nil)
    default:
      guard name.hasPrefix("vulkan:"), let index = Int(name.dropFirst("vulkan:".count)), index >= 0 else { return nil }
      self = .vulkan(index)
    }
  }

  public var description: String {
    switch self {
    case .automatic: "auto"
    case .processor: "cpu"
    case .vulkan(let index): index.map { "vulkan:\($0)" } ?? "vulkan"
    }
  }

  static let variable = "GUISE_DEVICE"

  /// The one that the environment names; nil if it names none, or none that exists.
  public static var inEnvironment: DeviceChoice? {
    ProcessInfo.processInfo.environment[variable].flatMap { DeviceChoice($0) }
  }

  /// Why the environment variable `GUISE_DEVICE` is ignored; nil if it is valid or not set.
  public static var complaint: String? {
    guard let name = ProcessInfo.processInfo.environment[variable], DeviceChoice(name) == nil else { return nil }
    return "\(variable) is '\(name)', expected auto, cpu, vulkan or vulkan:NUMBER"
  }

  /// Opens the device, or returns it if it is open already. `auto` never fails.
  ///
  /// - Parameter place: which GPU of the best kind it is where none is named, counted from 0, and from the beginning again
  ///   where there are fewer.
  public func open(place: Int = 0) throws(DeviceChoiceError) -> ComputeDevice {
    switch self {
    case .processor: return .processor
    case .automatic:
      guard Self.systemHasGPU else { return .processor }
      return (try? DeviceChoice.vulkan(nil).open(place: place)) ?? .processor
    case .vulkan:
      do {
        return try Self.open(adapter(place: place))
      } catch {
        throw DeviceChoiceError(choice: self, reason: "\(error)")
      }
    }
  }

  /// Whether the system has a device file that could be a GPU's. Looking saves loading drivers, which takes a tenth of a
  /// second and 50 MB where there is only one that computes on the processor.
  private static var systemHasGPU: Bool {
    func names(_ folder: String) -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }
    return names("/dev/dri").contains { $0.hasPrefix("renderD") }
      || names("/dev").contains { $0.hasPrefix("nvidia") || $0 == "dxg" }
  }

  /// A processor that poses as a GPU is only taken by its number.
  func adapter(place: Int = 0) throws(VulkanError) -> Adapter {
    if self == .processor { throw .unsuitable("it is not a GPU") }
    let adapters = try Adapter.all()
    if case .vulkan(let index?) = self {
      guard adapters.indices.contains(index) else {
        throw .unsuitable("there are \(adapters.count) devices with a Vulkan driver, counted from 0")
      }
      return adapters[index]
    }
    for kind in [Adapter.Kind.discrete, .integrated, .virtual] {
      let usable = adapters.filter { $0.kind == kind && $0.obstacle == nil }
      if !usable.isEmpty { return usable[place % usable.count] }
    }
    if let obstacle = adapters.lazy.compactMap(\.obstacle).first { throw .unsuitable(obstacle) }
    throw .unsuitable(
      "there is no GPU, and \(adapters[0].name) computes on the processor: it is only used where it is named, "
        + "vulkan:\(adapters[0].index)")
  }

  private static let opened = Mutex<[Int: ComputeDevice]>([:])

  private static func open(_ adapter: Adapter) throws(VulkanError) -> ComputeDevice {
    let result = opened.withLock { opened -> Result<ComputeDevice, VulkanError> in
      if let kept = opened[adapter.index] { return .success(kept) }
      return Result { () throws(VulkanError) in
        let device = ComputeDevice(try VulkanDevice(adapter))
        opened[adapter.index] = device
        return device
      }
    }
    return try result.get()
  }
}

/// A device that cannot be used.
public struct DeviceChoiceError: Error, CustomStringConvertible {
  public let choice: DeviceChoice
  public let reason: String

  public var description: String { "the device \(choice) cannot be used: \(reason)" }
}

/// A device with a Vulkan driver, as lists show it.
public struct ListedDevice: Sendable, CustomStringConvertible {
  public let choice: DeviceChoice
  public let name: String
  /// What it is, its driver, and its state.
  public let details: String

  fileprivate init(_ adapter: Adapter) {
    let memory = adapter.memory
    let precisions = adapter.obstacleToHalves == nil ? "float32 and float16" : "float32"
    let state =
      adapter.obstacle
      ?? "\(memory.available >> 20) of \(memory.total >> 20) MB free, \(precisions), Vulkan \(adapter.version)"
    choice = .vulkan(adapter.index)
    name = adapter.name
    details = "\(adapter.kind.rawValue), \(adapter.driver): \(state)"
  }

  public var description: String { "\(choice): \(name), \(details)" }

  /// All that there are.
  public static var all: [ListedDevice] { ((try? Adapter.all()) ?? []).map { ListedDevice($0) } }
}

extension Machine {
  /// Whether there is a GPU that can be used.
  public static var hasGPU: Bool { (try? DeviceChoice.vulkan(nil).adapter()) != nil }

  /// A line about each device with a Vulkan driver, or why there is none.
  public static var vulkanDevices: [String] {
    do {
      return try Adapter.all().map { ListedDevice($0).description }
    } catch {
      return ["none: \(error)"]
    }
  }
}
