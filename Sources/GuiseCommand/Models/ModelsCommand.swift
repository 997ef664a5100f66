import ArgumentParser

struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "List the bundled models, inspect model files, convert them for other programs, and blend two.",
    discussion: "Example: guise models list",
    subcommands: [
      ModelsListCommand.self, ModelsInspectCommand.self, ModelsCardCommand.self, ModelsConvertCommand.self,
      ModelsBlendCommand.self,
    ])
}
