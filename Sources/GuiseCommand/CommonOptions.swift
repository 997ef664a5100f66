import ArgumentParser
import Kernels

extension Precision: ExpressibleByArgument {}

struct PrecisionOptions: ParsableArguments {
  @Option(
    help: "Of the convolutions: bf16 is a little faster, and less exact, on processors with AVX-512 BF16.")
  var precision = Precision.float32

  func validate() throws {
    if let obstacle = precision.obstacle {
      throw ValidationError("--precision is \(precision.rawValue), but \(obstacle)")
    }
  }
}

struct ThreadOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Threads that compute (default: one for each processor).", valueName: "count"))
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
