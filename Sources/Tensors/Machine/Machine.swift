import Kernels

/// What the program computes with.
public enum Machine {
  /// The processor, as the system calls it.
  public static var processorName: String { Processor.name }

  /// The instruction set in use: `baseline`, `avx2`, `avx512` or, on arm64, `neon`.
  public static var instructionSet: String { InstructionSet.name }

  /// Those that the processor has, the narrowest first.
  public static var instructionSets: [String] { InstructionSet.available }

  /// What is wrong with the environment's `GUISE_ISA`, if anything: it is then as if it were not set.
  public static var complaint: String? { InstructionSet.complaint }

  /// Whether OpenBLAS is installed. Without it, matrix products work all the same, but take longer.
  public static var hasOpenBLAS: Bool { HostDevice.hasOpenBLAS }

  /// Runs `body` with one of `instructionSets` in place of the widest.
  package static func usingInstructionSet<Result>(
    _ name: String, _ body: () throws -> Result
  ) rethrows -> Result {
    try InstructionSet.using(name, body)
  }
}

/// The memory of arrays' values.
public enum ArrayMemory {
  /// Bytes of all values alive in the process.
  public static var liveBytes: Int { HostMemory.liveBytes }

  /// Bytes that the process keeps for values to come.
  public static var idleBytes: Int { HostMemory.idleBytes }

  /// Gives idle bytes back to the system, before work on images of other sizes.
  public static func releaseIdle() { HostMemory.releaseIdle() }
}
