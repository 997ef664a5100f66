import ArgumentParser
import Checkpoints
import Collectives
import Foundation
import Pipelines
import Training

struct TrainCommand: DeviceCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a model by a recipe.",
    discussion: """
      Example: guise train photo-to-monet --data data/monet2photo --name monet

      The run's folder, outputs/NAME, gets the recipe as used, losses.csv, log.txt, sample grids, checkpoints, \
      index.html for watching the run, and at the end the models for guise translate, upscale and colorize: \
      AtoB.safetensors and BtoA.safetensors for unpaired images, otherwise generator.safetensors.

      Tasks that a recipe can name:
      \(Tasks.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))

      Started by mpirun or srun as several processes, on one machine or several, all train one run together, each on \
      batches of its own: mpirun -n 4 --bind-to none guise train photo-to-monet --data data/monet2photo

      Ctrl-C finishes the step, saves a checkpoint and shows how to resume; a second one ends at once.
      """)

  @Argument(
    help: ArgumentHelp("A recipe in YAML, or the name of one that comes with the program.", valueName: "recipe"),
    completion: .recipe)
  var recipe: String

  @Option(help: ArgumentHelp("Folder of the images, instead of the recipe's data.root.", valueName: "folder"))
  var data: String?

  @Option(help: ArgumentHelp("Direction of translation in pairs, instead of data.direction.", valueName: "way"))
  var direction: ModelDescription.Direction?

  @Option(help: ArgumentHelp("The run's name (default: the recipe's file name).", valueName: "name"))
  var name: String?

  @Option(help: ArgumentHelp("Folder of all runs.", valueName: "folder"))
  var output = "outputs"

  @Option(
    help: ArgumentHelp(
      "Length in steps, instead of the recipe's epochs, whose proportions are kept.", valueName: "count"))
  var steps: Int?

  @Flag(help: "Resume the run of that name from its newest checkpoint, or begin it if there is none.")
  var resume = false

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Replace one of the recipe's values, such as optimizer.learningRate=0.0001; may be repeated.",
      valueName: "key.path=value"))
  var settings: [String] = []

  @OptionGroup var device: DeviceOptions

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "Print only errors, no progress.")
  var quiet = false

  func validate() throws {
    if let steps, steps < 1 { throw ValidationError("--steps is \(steps), expected at least 1") }
  }

  var isQuiet: Bool { quiet }

  var launch: Launch? { get throws { try Ranks.launch() } }

  func compute() throws {
    threads.apply(sharing: try launch)
    try Ranks.joined { ranks in try train(with: ranks) }
  }

  private func train(with ranks: any Collective) throws {
    let (recipe, file) = try readRecipe()
    let name = name ?? file.deletingPathExtension().lastPathComponent
    let folder = try RunFolder(name: name, in: URL(filePath: output, directoryHint: .isDirectory))
    let progress = TrainingProgress(isQuiet: quiet || !ranks.isFirst)
    let run = try TrainingRun(
      recipe: recipe, folder: folder, resume: resume,
      listeners: ranks.isFirst ? folder.reports() + [progress.listener] : [RankNotices(rank: ranks.rank)], ranks: ranks)
    Interruption.watch()
    progress.note("watch it in a browser: \(folder.page.relativePath)")
    let end = try run.run(shouldStop: { Interruption.signal != nil })
    if case .interrupted = end.reason {
      progress.note("go on with: \(commandToGoOn)")
      throw ExitStatus.interrupted(signal: Interruption.signal ?? SIGINT)
    }
  }

  /// The recipe as the options change it, and its file.
  func readRecipe() throws -> (Recipe, URL) {
    let file = try BundledFiles.recipes.url(of: recipe)
    let recipe = try Recipe(contentsOf: file, settings: settings + optionSettings)
    guard !recipe.data.lacksFolder else {
      throw ValidationError("\(self.recipe) names no folder of images: give one with --data")
    }
    return (recipe, file)
  }

  /// The options that override settings.
  private var optionSettings: [String] {
    [
      data.map { "data.root=\($0)" }, direction.map { "data.direction=\($0.rawValue)" },
      steps.map { "schedule.steps=\($0)" },
    ].compactMap(\.self)
  }

  /// This command as it was given, with `--resume`.
  private var commandToGoOn: String {
    let arguments = CommandLine.arguments + (resume ? [] : ["--resume"])
    return arguments.map(ShellText.quoted).joined(separator: " ")
  }
}
