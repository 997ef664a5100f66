import Foundation

/// Has another process read mutants, replaces it after a crash, and keeps the mutants on which it failed.
struct Supervisor {
  let corpus: SeedCorpus
  let corpusPaths: [String]
  let seed: UInt64
  let numbers: Range<Int>
  /// The time limit of the run in seconds, even if mutants are left.
  let seconds: Double
  /// The time limit of one mutant in seconds.
  let secondsEach: Double
  let memory: Int
  let findings: URL

  struct Outcome {
    var read = 0
    var found = 0
    var slowest = 0.0
    var peakMemory = 0
  }

  private static let pause = 0.05

  func run() throws -> Outcome {
    var outcome = Outcome()
    var next = numbers.lowerBound
    let end = ContinuousClock.now + .seconds(seconds)
    while next < numbers.upperBound, ContinuousClock.now < end {
      let worker = try Worker(
        ["--worker", "--seed", "\(seed)", "--first", "\(next)", "--count", "\(numbers.upperBound - next)"] + corpusPaths
      )
      next = try watch(worker, from: next, until: end, &outcome)
    }
    return outcome
  }

  /// Returns the number of the mutant to continue with.
  private func watch(
    _ worker: Worker, from first: Int, until end: ContinuousClock.Instant, _ outcome: inout Outcome
  ) throws -> Int {
    var current: Int?
    var began = ContinuousClock.now
    while true {
      let report = worker.next(within: Self.pause)
      let elapsed = (ContinuousClock.now - began) / .seconds(1)
      var used = worker.peakMemory
      if case .began(_, let peakMemory) = report { used = max(used, peakMemory) }
      outcome.peakMemory = max(outcome.peakMemory, used)
      if used > memory {
        worker.kill()
        return try keep(current ?? first, "\(used >> 20) MiB of memory", &outcome)
      }
      switch report {
      case .began(let number, _):
        if current != nil {
          outcome.read += 1
          outcome.slowest = max(outcome.slowest, elapsed)
        }
        (current, began) = (number, .now)
        if ContinuousClock.now >= end {
          worker.kill()
          return numbers.upperBound
        }
      case .ended:
        guard let reason = worker.wait() else { return numbers.upperBound }
        return try keep(min(current ?? first, numbers.upperBound - 1), reason, &outcome)
      case .silence:
        // Before its first mutant, a worker has to read the corpus.
        if current != nil && elapsed > secondsEach {
          worker.kill()
          return try keep(current ?? first, "no end after \(secondsEach) s", &outcome)
        }
      }
    }
  }

  private func keep(_ number: Int, _ reason: String, _ outcome: inout Outcome) throws -> Int {
    outcome.read += 1
    outcome.found += 1
    let mutant = Mutant(number, of: corpus, runSeed: seed)
    let file = findings.appending(path: "\(seed)-\(number)-\(mutant.seed.name)")
    try FileManager.default.createDirectory(at: findings, withIntermediateDirectories: true)
    try Data(mutant.bytes).write(to: file)
    FileHandle.standardError.write(Data("guise-fuzz: \(file.relativePath): \(reason)\n".utf8))
    return number + 1
  }
}
