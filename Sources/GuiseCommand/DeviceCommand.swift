import ArgumentParser
import Tensors

/// A command that computes on the device that its options name.
protocol DeviceCommand: ParsableCommand {
  var device: DeviceOptions { get }
  /// Whether to keep quiet about the device.
  var isQuiet: Bool { get }

  /// What the command does, with the device as the current one.
  func compute() throws
}

extension DeviceCommand {
  func run() throws {
    let chosen = try device.open()
    if !chosen.isProcessor { ProgressDisplay(isQuiet: isQuiet).note("device: \(chosen.name)") }
    try chosen.run(compute)
  }
}

extension DeviceChoice: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }

  public var defaultValueDescription: String { description }
}

struct DeviceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What to compute on: a GPU if there is one (auto), the processor (cpu), or a device that guise bench --about lists.",
      valueName: "auto|cpu|vulkan[:n]"))
  var device = DeviceChoice.inEnvironment ?? .automatic

  /// Throws `ValidationError` if the device cannot be used.
  func open() throws -> ComputeDevice {
    do {
      return try device.open()
    } catch {
      throw ValidationError("--device is \(device), but \(error.reason)")
    }
  }
}
