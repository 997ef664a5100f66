import ArgumentParser
import Collectives
import Foundation
import Pipelines
import Tensors
import Threads

extension ExpressibleByArgument {
  /// For an option's `transform`: errors then say what was expected, which those of the initializer alone do not.
  static func reading(_ expectation: String) -> @Sendable (String) throws -> Self {
    { argument in
      guard let value = Self(argument: argument) else { throw ValidationError("expected \(expectation)") }
      return value
    }
  }
}

extension Precision: ExpressibleByArgument {}

struct PrecisionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Precision of convolutions. Less exact and faster: float16 on GPUs with matrix units, bf16 on processors with "
        + "AVX-512 BF16."))
  var precision = Precision.float32

  /// The precision, if the current device has it; otherwise throws `ValidationError`.
  func usable() throws -> Precision {
    if let obstacle = precision.obstacle {
      throw ValidationError("--precision is \(precision.rawValue), but \(obstacle)")
    }
    return precision
  }
}

struct ThreadOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Compute threads (default: one per processor).", valueName: "count"))
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads), expected 1 to 1024")
    }
  }

  /// - Parameter launch: of one of several ranks, which share their machine's processors unless the option says otherwise.
  func apply(sharing launch: Launch? = nil) {
    if let threads {
      ThreadPool.threadCount = threads
    } else if let launch {
      let (own, all) = (ThreadPool.threadCount, ProcessInfo.processInfo.processorCount)
      // Where the launcher has bound the rank to some processors, those are its share.
      let isBound = ProcessInfo.processInfo.activeProcessorCount < all
      ThreadPool.threadCount = max(1, isBound ? min(own, all / launch.localCount) : own / launch.localCount)
    }
  }
}

struct MemoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Memory that the program may take, such as 4G or 500M (default: half of what is free).", valueName: "size"),
    transform: MemorySize.reading("a number with the unit K, M, G or T, such as 4G"))
  var memory: MemorySize?

  /// Call it once the model is loaded. Throws `ValidationError` if the program takes all of the memory by then.
  func check() throws {
    guard let memory, let held = AvailableMemory.held, held >= memory.bytes else { return }
    throw ValidationError(
      "--memory allows \(AvailableMemory.text(memory.bytes)), and the program with its model takes "
        + "\(AvailableMemory.text(held)) before it has seen an image: give at least "
        + "\(Self.suggestion(beyond: held)), and more for large images")
  }

  /// A size of whole 50 megabytes with some room for images, as the option is written.
  private static func suggestion(beyond held: Int) -> String { "\((held / 50_000_000 + 2) * 50)M" }

  /// The memory in bytes that a computation may take now; nil if the system does not say what is free.
  var available: Int? { AvailableMemory.left(ofLimit: memory?.bytes) }
}

/// A number of bytes with the unit K, M, G or T, in upper or lower case, for thousands, millions and so on.
struct MemorySize: ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    let units: [Character: Double] = ["k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12]
    guard let unit = argument.lowercased().last.flatMap({ units[$0] }), let number = Double(argument.dropLast()),
      number > 0, number * unit < 1e18
    else { return nil }
    bytes = Int(number * unit)
  }
}
