import ArgumentParser
import Checkpoints

struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "guise",
    abstract: "Translate, enlarge and colour photographs with generative networks, and train such networks.",
    discussion: """
      Example: guise upscale photo.jpg
      Example: guise translate photos -m photo-to-monet

      Exit status: 0 all done, 1 some files failed, 2 nothing could be done (usage, model, recipe), 130 or 143 stopped \
      by Ctrl-C or SIGTERM.
      """,
    version: GuiseVersion.current,
    subcommands: [
      TranslateCommand.self, UpscaleCommand.self, ColorizeCommand.self, GenerateCommand.self, EditCommand.self,
      TrainCommand.self,
      EvaluateCommand.self,
      ModelsCommand.self, ServeCommand.self, BenchCommand.self, DoctorCommand.self,
    ])
}
