import ArgumentParser

struct BenchTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Time training steps on random images, with random weights.",
    discussion: "Example: guise bench train --task cyclegan --size 256 --repeats 4 --json")

  @OptionGroup var options: BenchOptions

  func run() throws {
    throw ValidationError("training is not connected")
  }
}
