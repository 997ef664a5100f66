import ArgumentParser
import Collectives
import Tensors

/// A command that computes on the device that its options name.
protocol DeviceCommand: ParsableCommand {
  var device: DeviceOptions { get }
  /// Whether to keep quiet about the device.
  var isQuiet: Bool { get }

  /// Says that this is one of several ranks that compute together, which take a GPU each; by default it is not.
  var launch: Launch? { get throws }

  /// What the command does, with the device as the current one.
  func compute() throws
}

extension DeviceCommand {
  var launch: Launch? { nil }

  func run() throws {
    let chosen = try device.open(for: launch)
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
      "What to compute on: a GPU if there is one (auto), the processor (cpu), or a device that guise doctor lists.",
      valueName: "auto|cpu|vulkan[:n]"))
  var device = DeviceChoice.inEnvironment ?? .automatic

  /// Throws `ValidationError` if the device cannot be used.
  func open(for launch: Launch? = nil) throws -> ComputeDevice {
    do {
      return try device.open(place: launch?.localRank ?? 0)
    } catch {
      throw ValidationError("--device is \(device), but \(error.reason)")
    }
  }
}
