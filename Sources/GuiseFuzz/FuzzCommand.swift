import ArgumentParser
import Foundation

@main
struct FuzzCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "guise-fuzz",
    abstract: "Give mutated files to every reader of files, and find those that bring it down.",
    discussion: """
      Example: guise-fuzz --count 100000 Tests/ImagesTests/Golden Tests/CheckpointsTests/Golden recipes

      Mutants are read in another process. One that crashes it, or takes too long or too much memory, is kept in a file, \
      and the status is 1. The same seed and number give the same mutant: --first repeats one.
      """)

  @Argument(help: ArgumentHelp("Images, model files and recipes to mutate, and folders of them.", valueName: "path"))
  var corpus: [String]

  @Option(help: "How many mutants are read.")
  var count = 100_000

  @Option(help: "The seed from which, with their numbers, mutants are made.")
  var seed: UInt64 = 1

  @Option(help: "The first mutant's number.")
  var first = 0

  @Option(help: "The time in seconds after which to end, even if mutants are left.")
  var seconds = 1e6

  @Option(help: "The time that one mutant may take, in seconds.")
  var secondsEach = 5.0

  @Option(help: ArgumentHelp("The memory that the reading process may take.", valueName: "megabytes"))
  var memory = 1024

  @Option(help: ArgumentHelp("Where mutants that brought a reader down are kept.", valueName: "folder"))
  var findings = "outputs/fuzz"

  @Flag(help: .hidden)
  var worker = false

  func validate() throws {
    guard count >= 1, first >= 0, memory >= 1 else {
      throw ValidationError("--count, --first and --memory count things")
    }
    guard first <= .max - count, memory <= 1 << 30, 0...1e9 ~= seconds, 0...1e9 ~= secondsEach else {
      throw ValidationError("--count, --first, --memory, --seconds or --seconds-each is too much")
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
