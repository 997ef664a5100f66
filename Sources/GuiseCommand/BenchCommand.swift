import ArgumentParser
import Foundation
import Kernels

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure how fast this machine computes.",
    discussion: "Example: guise bench forward --network resnet9 --size 256",
    subcommands: [BenchForwardCommand.self, BenchTrainCommand.self])
}

struct BenchOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Side of the square images.", valueName: "pixels"))
  var size = 256

  @Option(help: ArgumentHelp("Images computed together.", valueName: "count"))
  var batch = 1

  @Option(help: ArgumentHelp("Timed runs, after one that is not.", valueName: "count"))
  var repeats = 8

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "One JSON object on standard output.")
  var json = false

  func validate() throws {
    guard (16...8192).contains(size), size % 4 == 0 else {
      throw ValidationError("--size is \(size), expected a multiple of 4 from 16 to 8192")
    }
    guard (1...1024).contains(batch) else { throw ValidationError("--batch is \(batch), expected 1 to 1024") }
    guard (1...1_000_000).contains(repeats) else {
      throw ValidationError("--repeats is \(repeats), expected 1 to 1000000")
    }
  }

  /// Times `body` and writes the result.
  func measure(_ name: String, _ body: () throws -> Void) throws {
    threads.apply()
    try body()
    let seconds = try (0..<repeats).map { _ in
      let start = ContinuousClock.now
      try body()
      return (ContinuousClock.now - start) / .seconds(1)
    }
    let result = BenchResult(
      benchmark: name, size: size, batch: batch, threads: ThreadPool.threadCount, repeats: repeats,
      medianSeconds: BenchResult.median(seconds), minSeconds: seconds.min() ?? 0, peakBytes: BenchResult.peakBytes)
    if json {
      try JSONLine.write(result)
    } else {
      print(result.text)
    }
  }
}

struct BenchResult: Encodable {
  var benchmark: String
  var size: Int
  var batch: Int
  var threads: Int
  var repeats: Int
  var medianSeconds: Double
  var minSeconds: Double
  var peakBytes: Int

  var text: String {
    let (median, minimum) = (String(format: "%.3f", medianSeconds), String(format: "%.3f", minSeconds))
    return "\(benchmark), \(batch) x \(size)x\(size), \(threads) threads: median \(median) s, minimum \(minimum) s "
      + "of \(repeats), peak memory \(peakBytes >> 20) MiB"
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// The most memory that the process has held at once.
  static var peakBytes: Int {
    var usage = rusage()
    getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss << 10
  }
}
