import ArgumentParser
import Pipelines
import Tensors
import Threads

extension Precision: ExpressibleByArgument {}

struct PrecisionOptions: ParsableArguments {
  @Option(
    help: "Precision of convolutions: bf16 is a little faster and less exact; it needs AVX-512 BF16.")
  var precision = Precision.float32

  func validate() throws {
    if let obstacle = precision.obstacle {
      throw ValidationError("--precision is \(precision.rawValue), but \(obstacle)")
    }
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

  func apply() {
    if let threads { ThreadPool.threadCount = threads }
  }
}

struct MemoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Memory that the program may take, such as 4G or 500M (default: half of what is free).", valueName: "size"))
  var memory: MemorySize?

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
