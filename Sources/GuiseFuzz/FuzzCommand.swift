import ArgumentParser
import Foundation

@main
struct FuzzCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "guise-fuzz",
    abstract: "Feed mutated files to every file reader, and find those on which it fails.",
    discussion: """
      Example: guise-fuzz --count 100000 Tests/ImagesTests/Golden Tests/CheckpointsTests/Golden Tests/DatasetsTests/Golden recipes

      Mutants are read in another process. One that crashes it, or takes too long or too much memory, is kept in a \
      file, and the status is 1. The same seed and number give the same mutant: --first repeats one.
      """)

  @Argument(
    help: ArgumentHelp("Images, model files, data sets and recipes to mutate, and folders of them.", valueName: "path"))
  var corpus: [String]

  @Option(help: "Number of mutants to read.")
  var count = 100_000

  @Option(help: "Seed; a mutant depends on it and on the mutant's number.")
  var seed: UInt64 = 1

  @Option(help: "Number of the first mutant.")
  var first = 0

  @Option(help: "Time limit in seconds, even if mutants are left.")
  var seconds = 1e6

  @Option(help: "Time limit for one mutant, in seconds.")
  var secondsEach = 5.0

  @Option(help: ArgumentHelp("Memory limit of the reading process.", valueName: "megabytes"))
  var memory = 1024

  @Option(help: ArgumentHelp("Where to keep mutants on which a reader failed.", valueName: "folder"))
  var findings = "outputs/fuzz"

  @Flag(help: .hidden)
  var worker = false

  func validate() throws {
    guard count >= 1, first >= 0, memory >= 1 else {
      throw ValidationError("--count and --memory should be at least 1, and --first at least 0")
    }
    guard first <= .max - count, memory <= 1 << 30, 0...1e9 ~= seconds, 0...1e9 ~= secondsEach else {
      throw ValidationError("--count, --first, --memory, --seconds or --seconds-each is out of range")
    }
  }

  func run() throws {
    let seeds = try SeedCorpus(corpus)
    let numbers = first..<first + count
    guard !worker else { return Self.read(seeds, numbers, seed) }
    let supervisor = Supervisor(
      corpus: seeds, corpusPaths: corpus, seed: seed, numbers: numbers, seconds: seconds, secondsEach: secondsEach,
      memory: memory << 20, findings: URL(filePath: findings))
    let outcome = try supervisor.run()
    print(
      "\(outcome.read) mutants of \(seeds.seeds.count) files read, \(outcome.found) too much; the slowest took "
        + String(format: "%.2f s", outcome.slowest) + ", the process \(outcome.peakMemory >> 20) MiB at most")
    if outcome.found > 0 { throw ExitCode.failure }
  }

  private static func read(_ corpus: SeedCorpus, _ numbers: Range<Int>, _ seed: UInt64) {
    for number in numbers {
      Worker.tell(number)
      let mutant = Mutant(number, of: corpus, runSeed: seed)
      mutant.seed.reader.read(mutant.bytes, name: mutant.seed.name)
    }
    Worker.tell(numbers.upperBound)
  }
}
