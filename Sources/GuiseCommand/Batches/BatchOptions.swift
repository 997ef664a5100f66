import ArgumentParser
import Foundation
import Images
import Pipelines
import Tensors
import Threads

extension OutputFormat: ExpressibleByArgument {}

/// The options of commands that turn each of many images into a result.
struct BatchOptions: ParsableArguments {
  @Option(
    name: .shortAndLong, parsing: .upToNextOption,
    help: ArgumentHelp("Image files, and folders to search with their subfolders.", valueName: "path"))
  var input: [String]

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Folder for the results, or, for a single input file, a file name.", valueName: "path"))
  var output: String

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
        + "loading and saving.", valueName: "load:compute:save"))
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
      valueName: "i/n")
  )
  var shard = Shard.whole

  @Flag(help: "Also write index.html, which shows each image before and after, to the output folder.")
  var page = false

  @Flag(help: "Print only errors, no progress.")
  var quiet = false

  @Flag(help: "Print each file's outcome as a JSON object, one per line, on standard output.")
  var json = false

  func validate() throws {
    guard !input.isEmpty else { throw ValidationError("--input names no file or folder") }
    guard (1...100).contains(quality) else { throw ValidationError("--quality is \(quality), expected 1 to 100") }
    guard (1...1_000_000).contains(pixelLimit) else {
      throw ValidationError("--pixel-limit is \(pixelLimit), expected 1 to 1000000")
    }
  }

  func plan() throws -> OutputPlan {
    try OutputPlan(
      inputs: input.map { URL(filePath: $0) }, output: URL(filePath: output), format: format, quality: quality)
  }

  var reading: ImageReadingOptions {
    ImageReadingOptions(largestPixelCount: pixelLimit * 1_000_000, isLenient: lenient)
  }

  var metadata: ImageMetadata.Policy { strip ? .nothing : withoutLocation ? .withoutLocation : .everything }

  /// Runs the batch to its end or until Ctrl-C; throws the exit status if it is not 0.
  ///
  /// - Parameters:
  ///   - identity: identifies everything that results depend on besides their images.
  ///   - verb: what was done to the images, as in "3 translated".
  func run(
    _ plan: OutputPlan, identity: String, verb: String, compute: (Image, BatchResult) throws -> Void
  ) throws {
    Interruption.watch()
    let progress = BatchProgress(verb: verb, isQuiet: quiet, writesJSON: json)
    if let example = plan.renamed.first {
      progress.note(
        "\(count(plan.renamed.count, "result")) renamed, because names clash or are too long, such as "
          + "\(example.input.relativePath) -> \(example.output.relativePath)")
    }
    if let text = plan.leftOut.text { progress.note(text) }
    if let threads = jobs.computing { ThreadPool.threadCount = threads }
    var batch = ImageBatch(
      jobs: jobs.files, overwrites: overwrite, keepsTimes: times, shard: shard, reading: reading, metadata: metadata)
    let isLenient = lenient
    batch.words = { ErrorText.text(of: $0, reading: isLenient ? .lenient : .strict) }
    let summary = try batch.run(
      plan, identity: identity, shouldStop: { Interruption.signal != nil }, report: progress.receive, compute: compute)
    if page {
      let page = plan.folder.appending(path: "index.html")
      try ResultsPage.write(plan, title: plan.folder.lastPathComponent, to: page)
      progress.note("page: \(page.relativePath)")
    }
    let files = count(summary.remaining, "file")
    if let obstacle = summary.obstacle {
      ErrorLine.write("\(obstacle): stopped with \(files) to go; make room, and the same command goes on from here")
      throw ExitStatus.someFilesFailed
    }
    if let signal = Interruption.signal, summary.remaining > 0 {
      progress.note("stopped with \(files) to go: the same command goes on from here")
      throw ExitStatus.interrupted(signal: signal)
    }
    if summary.failed > 0 {
      if let table = plan.failureTable { progress.note("why: \(table.relativePath)") }
      throw ExitStatus.someFilesFailed
    }
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

  var defaultValueDescription: String { "\(files.loading)" }
}

extension Shard: ExpressibleByArgument {
  public init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1] else { return nil }
    self.init(number: number, count: count)
  }

  public var defaultValueDescription: String { "1/1" }
}
