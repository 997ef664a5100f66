import ArgumentParser
import Foundation
import Images
import Pipelines

extension OutputFormat: ExpressibleByArgument {}

/// What every command takes that makes a result of each of many images.
struct BatchOptions: ParsableArguments {
  @Option(
    name: .shortAndLong, parsing: .upToNextOption,
    help: ArgumentHelp("Images, and folders that are searched with all below them.", valueName: "path"))
  var input: [String]

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Folder for the results; for a single input file also a file's name.", valueName: "path"))
  var output: String

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

  @Flag(help: "No progress: only errors.")
  var quiet = false

  @Flag(help: "Each file's outcome as a JSON object, one a line, on standard output.")
  var json = false

  func validate() throws {
    guard !input.isEmpty else { throw ValidationError("--input names no file or folder") }
    guard (1...100).contains(quality) else { throw ValidationError("--quality is \(quality), expected 1 to 100") }
    guard (1...64).contains(jobs) else { throw ValidationError("--jobs is \(jobs), expected 1 to 64") }
  }

  func plan() throws -> OutputPlan {
    try OutputPlan(
      inputs: input.map { URL(filePath: $0) }, output: URL(filePath: output), format: format, quality: quality)
  }

  /// Runs the batch to its end or until Ctrl-C, and throws the exit status where that is not 0.
  ///
  /// - Parameter verb: what was done to the images, as in "3 translated".
  func run(_ plan: OutputPlan, verb: String, compute: (Image, BatchResult) throws -> Void) throws {
    Interruption.watch()
    let progress = BatchProgress(verb: verb, isQuiet: quiet, writesJSON: json)
    let summary = ImageBatch(jobs: jobs, overwrites: overwrite).run(
      plan, shouldStop: { Interruption.signal != nil }, report: progress.receive, compute: compute)
    if page {
      let page = plan.folder.appending(path: "index.html")
      try ResultsPage.write(plan.entries, title: plan.folder.lastPathComponent, to: page)
      progress.note("page: \(page.relativePath)")
    }
    if let signal = Interruption.signal, summary.remaining > 0 {
      let files = summary.remaining == 1 ? "1 file" : "\(summary.remaining) files"
      progress.note("stopped with \(files) to go: the same command goes on from here")
      throw ExitStatus.interrupted(signal: signal)
    }
    if summary.failed > 0 { throw ExitStatus.someFilesFailed }
  }
}
