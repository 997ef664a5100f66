import Foundation
import KernelsBaseline
import VectorKernels

#if arch(x86_64)
import KernelsAVX2
import KernelsAVX512
#endif

/// Which of the processor's instruction sets the vector kernels use: the widest, unless `GUISE_ISA` names another.
package enum InstructionSet {
  /// The kernels in use on this thread.
  static var kernels: any VectorKernels { forced ?? chosen }

  /// The name of the instruction set in use: `baseline`, `avx2`, `avx512` or, on arm64, `neon`.
  package static var name: String { kernels.name }

  /// The names of those that this processor has, narrowest first.
  package static var available: [String] { levels.map(\.name) }

  /// Why the environment variable `GUISE_ISA` is ignored; nil if it is valid or not set.
  package static var complaint: String? {
    guard let wanted = ProcessInfo.processInfo.environment["GUISE_ISA"], !available.contains(wanted) else { return nil }
    return "GUISE_ISA is '\(wanted)', expected one that this processor has: \(available.joined(separator: ", "))"
  }

  /// Runs `body` with the named instruction set, one of `available`, for the kernels that the calling thread starts.
  package static func using<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
    guard let level = levels.first(where: { $0.name == name }) else {
      preconditionFailure("this processor has the instruction sets \(available), not \(name)")
    }
    return try $forced.withValue(level, operation: body)
  }

  @TaskLocal private static var forced: (any VectorKernels)?

  private static let chosen: any VectorKernels = {
    let wanted = ProcessInfo.processInfo.environment["GUISE_ISA"]
    return levels.first { $0.name == wanted } ?? levels[levels.count - 1]
  }()

  private static let levels: [any VectorKernels] = {
    var levels: [any VectorKernels] = [KernelsBaseline.Level()]
    #if arch(x86_64)
    if Processor.hasAVX2 { levels.append(KernelsAVX2.Level()) }
    if Processor.hasAVX512 { levels.append(KernelsAVX512.Level()) }
    #endif
    return levels
  }()
}
