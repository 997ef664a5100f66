import ArgumentParser
import Films
import Foundation
import Images
import Pipelines
import Tensors
import Threads

extension OutputFormat: ExpressibleByArgument {
  /// In upper or lower case, and by the other extensions of the same files.
  public init?(argument: String) {
    let name = argument.lowercased()
    self.init(rawValue: ["jpeg": "jpg", "tif": "tiff"][name] ?? name)
  }
}

/// The options of commands that turn each of many images into a result.
struct BatchOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("Image files, and folders to search with their subfolders.", valueName: "path"))
  var paths: [String] = []

  @Option(
    name: .shortAndLong, parsing: .upToNextOption, help: ArgumentHelp("The same as <path>.", valueName: "path"))
  var input: [String] = []

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Folder for the results, or, for a single input file, a file name (default: beside the input, with an ending to its "
        + "name).", valueName: "path"))
  var output: String?

  @Option(
    name: .shortAndLong,
    help: "Format of the results: the same as each input's; JPEG for HEIC and AVIF, which are read and not written.")
  var format = OutputFormat.same

  @Option(help: ArgumentHelp("Quality of JPEG and WebP results, 1 to 100; WebP's 100 is lossless.", valueName: "1-100"))
  var quality = 95

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Files loaded at once, compute threads (instead of --threads), and files saved at once; a single number sets "
        + "loading and saving (default: \(ImageBatch.Jobs().loading)).", valueName: "load:compute:save"),
    transform: BatchJobs.reading("one or three whole numbers from 1 to 64, such as 2 or 2:4:2"))
  var jobs = BatchJobs()

  @Flag(
    name: .customLong("private"),
    help: "Remove the location from the results: GPS data in EXIF and XMP.")
  var withoutLocation = false

  @Flag(help: "Remove all metadata from the results, and write them in sRGB.")
  var strip = false

  @Flag(help: "Read damaged files as far as they can be decoded; the rest becomes gray.")
  var lenient = false

  @Option(help: ArgumentHelp("Refuse images of more megapixels without reading them.", valueName: "megapixels"))
  var pixelLimit = 1 + ImageReadingOptions.defaultLargestPixelCount / 1_000_000

  @Flag(help: "Make all results again, including those that exist.")
  var overwrite = false

  @Flag(help: "Give results the modification times of their inputs.")
  var times = false

  @Option(
    help: ArgumentHelp(
      "Process only one of several parts of the files, 1/4 to 4/4, for several machines or an array of jobs.",
      valueName: "i/n"),
    transform: Shard.reading("one part of several, such as 2/8"))
  var shard = Shard.whole

  @Flag(help: "Also write index.html, which shows each image before and after, to the output folder.")
  var page = false

  @OptionGroup var films: FilmOptions

  @Flag(help: "Print only errors, no progress.")
  var quiet = false

  @Flag(help: "Print each file's outcome as a JSON object, one per line, on standard output.")
  var json = false

  func validate() throws {
    guard !inputs.isEmpty else { throw ValidationError("no image or folder is named: expected one or more") }
    guard output != "" else { throw ValidationError("--output is empty, expected a folder") }
    guard (1...100).contains(quality) else { throw ValidationError("--quality is \(quality), expected 1 to 100") }
    guard (1...1_000_000).contains(pixelLimit) else {
      throw ValidationError("--pixel-limit is \(pixelLimit), expected 1 to 1000000")
    }
  }

  private var inputs: [URL] { (paths + input).map { URL(filePath: $0) } }

  /// What becomes of which input.
  ///
  /// - Parameter suffix: the ending of results' names if they lie beside their inputs.
  private func plans(suffix: String) throws -> [OutputPlan] {
    let inputs = inputs.filter { !FilmOptions.isFilm($0) }
    if inputs.isEmpty { return [] }
    if let output {
      return [
        try OutputPlan(
          inputs: inputs, output: URL(filePath: output), format: format, quality: quality,
          filmExtensions: films.extensionsInFolders)
      ]
    }
    let plans = try OutputPlan.beside(
      inputs, suffix: suffix, format: format, quality: quality, filmExtensions: films.extensionsInFolders)
    guard !page || plans.allSatisfy(\.hasFolderOfItsOwn) else {
      throw ValidationError("--page takes a folder of results: name one with --output")
    }
    return plans
  }

  var reading: ImageReadingOptions {
    ImageReadingOptions(largestPixelCount: pixelLimit * 1_000_000, isLenient: lenient)
  }

  var metadata: ImageMetadata.Policy { strip ? .nothing : withoutLocation ? .withoutLocation : .everything }

  /// Runs the batch to its end or until Ctrl-C; throws the exit status if it is not 0.
  ///
  /// - Parameters:
  ///   - model: the model's name.
  ///   - identity: identifies everything that results depend on besides their images.
  ///   - suffix: the ending of results' names if they lie beside their inputs.
  ///   - verb: what was done to the images, as in "3 translated".
  ///   - likeness: what results have of a film's light.
  func run(
    model: String, identity: String, suffix: String, verb: String, likeness: Steadiness.Likeness,
    compute: (Image, any ImageSink) throws -> Void
  ) throws {
    let filmPlans = try films.plans(inputs: inputs, output: output.map { URL(filePath: $0) }, suffix: suffix)
    let plans = try plans(suffix: suffix)
    Interruption.watch()
    if let threads = jobs.computing { ThreadPool.threadCount = threads }
    var isComplete = true
    for (index, plan) in plans.enumerated() {
      let later = plans[(index + 1)...].reduce(0) { $0 + $1.entries.count }
      let progress = BatchProgress(verb: verb, isQuiet: quiet, writesJSON: json)
      let summary = try run(plan, model: model, identity: identity, progress: progress, compute: compute)
      let result = plan.entries.map(\.output).first { FileManager.default.fileExists(atPath: $0.path) }?.relativePath
      if output == nil, summary.done + summary.skipped > 0, let result {
        let place = plan.hasFolderOfItsOwn ? plan.folder.relativePath : result
        progress.note("results: \(place)" + (plan.hasFolderOfItsOwn || plan.entries.count == 1 ? "" : " and so on"))
      }
      try check(summary, of: plan, later: later, progress)
      if summary.failed > 0 { isComplete = false }
    }
    let batch = FilmBatch(
      options: films, quality: quality, overwrites: overwrite, identity: identity, likeness: likeness, verb: verb,
      progress: FilmProgress(isQuiet: quiet, writesJSON: json))
    let ownPlans = filmPlans.filter { shard.contains($0.input.relativePath) }
    if try !batch.run(ownPlans, compute: compute) {
      isComplete = false
    }
    if !isComplete { throw ExitStatus.someFilesFailed }
  }

  private func run(
    _ plan: OutputPlan, model: String, identity: String, progress: BatchProgress,
    compute: (Image, any ImageSink) throws -> Void
  ) throws -> BatchSummary {
    if let example = plan.renamed.first {
      progress.note(
        "\(count(plan.renamed.count, "result")) renamed, because names clash or are too long, such as "
          + "\(example.input.relativePath) -> \(example.output.relativePath)")
    }
    if let text = plan.leftOut.text { progress.note(text) }
    var batch = ImageBatch(
      jobs: jobs.files, overwrites: overwrite, keepsTimes: times, shard: shard, reading: reading, metadata: metadata)
    batch.maker = model
    let isLenient = lenient
    batch.words = { ErrorText.text(of: $0, reading: isLenient ? .lenient : .strict) }
    let summary = try batch.run(
      plan, identity: identity, shouldStop: { Interruption.signal != nil }, report: progress.receive, compute: compute)
    if page {
      let page = plan.folder.appending(path: "index.html")
      try ResultsPage.write(
        plan, title: plan.folder.lastPathComponent, maker: "\(model): \(identity)", to: page)
      progress.note("page: \(page.relativePath)")
    }
    return summary
  }

  /// Throws the exit status if the batch has stopped early.
  ///
  /// - Parameter later: the number of files in batches that were to follow.
  private func check(_ summary: BatchSummary, of plan: OutputPlan, later: Int, _ progress: BatchProgress) throws {
    let files = count(summary.remaining + later, "file")
    if let obstacle = summary.obstacle {
      ErrorLine.write("\(obstacle): stopped with \(files) to go; make room, and the same command goes on from here")
      throw ExitStatus.someFilesFailed
    }
    if let signal = Interruption.signal, summary.remaining + later > 0 {
      progress.note("stopped with \(files) to go: the same command goes on from here")
      throw ExitStatus.interrupted(signal: signal)
    }
    if summary.failed > 0, let table = plan.failureTable { progress.note("why: \(table.relativePath)") }
  }

  private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

/// The argument of `--jobs`, in the same form as in other upscalers: `2:4:2`, or `2`.
struct BatchJobs: ExpressibleByArgument {
  var files = ImageBatch.Jobs()
  /// The number of compute threads; nil leaves it to `--threads`.
  var computing: Int?

  private static let counts = 1...64

  init() {}

  init?(argument: String) {
    let counts = argument.split(separator: ":", omittingEmptySubsequences: false).compactMap { Int($0) }
    guard counts.allSatisfy(Self.counts.contains), [1, 3].contains(counts.count),
      counts.count == argument.count(where: { $0 == ":" }) + 1
    else { return nil }
    files = ImageBatch.Jobs(loading: counts[0], saving: counts[counts.count - 1])
    computing = counts.count == 3 ? counts[1] : nil
  }
}

extension Shard: ExpressibleByArgument {
  public init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1] else { return nil }
    self.init(number: number, count: count)
  }
}
