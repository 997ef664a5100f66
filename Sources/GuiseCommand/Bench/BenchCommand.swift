import ArgumentParser
import Collectives
import Tensors
import Threads

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure how fast this machine computes.",
    discussion: "Example: guise bench forward --network resnet9 --size 256",
    subcommands: [
      BenchForwardCommand.self, BenchTrainCommand.self, BenchCompareCommand.self, BenchDeviceCommand.self,
      BenchStartupCommand.self,
    ])
}

struct BenchOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Side of the square images.", valueName: "pixels"))
  var size = 256

  @Option(help: ArgumentHelp("Images per batch.", valueName: "count"))
  var batch = 1

  @Option(help: ArgumentHelp("Timed runs, after one untimed run.", valueName: "count"))
  var repeats = 8

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "Also show where the time goes, by kind of operation.")
  var profile = false

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  func validate() throws {
    guard (16...8192).contains(size) else { throw ValidationError("--size is \(size), expected 16 to 8192") }
    guard (1...1024).contains(batch) else { throw ValidationError("--batch is \(batch), expected 1 to 1024") }
    guard (1...1_000_000).contains(repeats) else {
      throw ValidationError("--repeats is \(repeats), expected 1 to 1000000")
    }
  }

  static func validate(size: Int) throws {
    guard (16...8192).contains(size), size % 4 == 0 else {
      throw ValidationError("--size is \(size), expected a multiple of 4 from 16 to 8192")
    }
  }

  /// Times `body` and writes the result.
  ///
  /// - Parameters:
  ///   - size: of the images that are used; `self.size` if nil.
  ///   - ranks: those that take part, each on its own batch. The first writes the result.
  func measure(
    _ name: String, size usedSize: Int? = nil, ranks: any Collective = SoleRank.shared, _ body: () throws -> Void
  ) throws {
    threads.apply(sharing: ranks.isAlone ? nil : try Ranks.launch())
    try body()
    try ranks.check()
    let waited = ranks.secondsWaited
    let recording = profile ? Profile() : nil
    let seconds = try (0..<repeats).map { _ in
      let start = ContinuousClock.now
      if let recording { try recording.record(body) } else { try body() }
      return (ContinuousClock.now - start) / .seconds(1)
    }
    try ranks.check()
    guard ranks.isFirst else { return }
    let times = RankTimes(count: ranks.count, waitingShare: (ranks.secondsWaited - waited) / seconds.reduce(0, +))
    let result = BenchResult(
      benchmark: name, size: usedSize ?? size, batch: batch, threads: ThreadPool.threadCount, repeats: repeats,
      medianSeconds: BenchResult.median(seconds), minSeconds: seconds.min() ?? 0, peakBytes: BenchResult.peakBytes,
      ranks: ranks.isAlone ? nil : times,
      profile: recording.map { ProfileRow.rows($0, seconds: seconds.reduce(0, +), runs: repeats) })
    if json {
      try JSONLine.write(result)
    } else {
      print(result.text)
    }
  }
}
