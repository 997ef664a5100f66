import Kernels

/// The hardware and libraries that the program computes with.
public enum Machine {
  /// The processor's name, as the system reports it.
  public static var processorName: String { Processor.name }

  /// The instruction set in use: `baseline`, `avx2`, `avx512` or, on arm64, `neon`.
  public static var instructionSet: String { InstructionSet.name }

  /// The names of the instruction sets that the processor has, narrowest first.
  public static var instructionSets: [String] { InstructionSet.available }

  /// Why an environment variable, `GUISE_ISA` or `GUISE_DEVICE`, is ignored; nil if both are valid or not set.
  public static var complaint: String? { InstructionSet.complaint ?? DeviceChoice.complaint }

  /// Whether OpenBLAS is installed. Without it, matrix products are slower.
  public static var hasOpenBLAS: Bool { HostDevice.hasOpenBLAS }

  /// Runs `body` with one of `instructionSets` in place of the widest.
  package static func usingInstructionSet<Result>(
    _ name: String, _ body: () throws -> Result
  ) rethrows -> Result {
    try InstructionSet.using(name, body)
  }
}

/// The host memory that arrays' values take.
public enum ArrayMemory {
  /// Bytes of all values that are alive in the process.
  public static var liveBytes: Int { HostMemory.liveBytes }

  /// Bytes of freed values that the process keeps for reuse.
  public static var idleBytes: Int { HostMemory.idleBytes }

  /// Returns idle bytes to the system. Useful before work on images of other sizes.
  public static func releaseIdle() { HostMemory.releaseIdle() }
}
