import ArgumentParser
import Checkpoints
import Foundation
import Pipelines

extension OutputFormat: ExpressibleByArgument {}
extension ModelDescription.Direction: ExpressibleByArgument {}

struct TranslateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "translate",
    abstract: "Translate images with a trained model.",
    discussion: """
      Example: guise translate -i photos -o painted -m data/models/photo-to-monet.safetensors

      Results mirror the names and folders of the input and have its size. Results that are there already are skipped, so \
      the same command goes on where it was stopped.
      """)

  @Option(
    name: .shortAndLong, parsing: .upToNextOption,
    help: ArgumentHelp("Images, and folders that are searched with all below them.", valueName: "path"))
  var input: [String]

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Folder for the results; for a single input file also a file's name.", valueName: "path"))
  var output: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("A model file, a PyTorch file (.pth) or a finished run's folder.", valueName: "path"))
  var model: String

  @Option(help: ArgumentHelp("Which of a run's two models, AtoB if not given.", valueName: "way"))
  var direction: ModelDescription.Direction?

  @Option(name: .shortAndLong, help: "Format of the results.")
  var format = OutputFormat.same

  @Option(help: ArgumentHelp("Quality of JPEG results, 1 to 100.", valueName: "1-100"))
  var quality = 95

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Files decoded, and files encoded, at the same time.", valueName: "count"))
  var jobs = 2

  @Flag(help: "Make results anew that are there already.")
  var overwrite = false

  @Flag(help: "Also write index.html, which shows each image before and after, into the output's folder.")
  var page = false

  @OptionGroup var precision: PrecisionOptions

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "No progress: only errors.")
  var quiet = false

  @Flag(help: "Each file's outcome as a JSON object, one a line, on standard output.")
  var json = false

  func validate() throws {
    guard !input.isEmpty else { throw ValidationError("--input names no file or folder") }
    guard (1...100).contains(quality) else { throw ValidationError("--quality is \(quality), expected 1 to 100") }
    guard (1...64).contains(jobs) else { throw ValidationError("--jobs is \(jobs), expected 1 to 64") }
  }

  func run() throws {
    threads.apply()
    let plan = try OutputPlan(
      inputs: input.map { URL(filePath: $0) }, output: URL(filePath: output), format: format, quality: quality)
    let translator = try Translator(
      modelAt: URL(filePath: model), direction: direction, precision: precision.precision)
    Interruption.watch()
    let progress = BatchProgress(isQuiet: quiet, writesJSON: json)
    let summary = ImageBatch(jobs: jobs, overwrites: overwrite).run(
      plan, shouldStop: { Interruption.signal != nil }, report: progress.receive
    ) { image, result in
      try result.write(translator.translate(image))
    }
    if page {
      let page = plan.folder.appending(path: "index.html")
      try ResultsPage.write(plan.entries, title: plan.folder.lastPathComponent, to: page)
      progress.note("page: \(page.relativePath)")
    }
    if let signal = Interruption.signal, summary.remaining > 0 {
      progress.note("stopped with \(summary.remaining) files to go: the same command goes on from here")
      throw ExitStatus.interrupted(signal: signal)
    }
    if summary.failed > 0 { throw ExitStatus.someFilesFailed }
  }
}
