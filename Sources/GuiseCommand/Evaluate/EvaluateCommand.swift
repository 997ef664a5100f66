import ArgumentParser

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure how good results are.",
    discussion: "Example: guise evaluate pairs -i upscaled -t originals --crop 4 --y",
    subcommands: [EvaluatePairsCommand.self, EvaluateColorsCommand.self])
}
