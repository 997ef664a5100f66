import ArgumentParser
import Kernels

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
