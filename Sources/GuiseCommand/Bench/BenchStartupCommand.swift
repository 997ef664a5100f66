import ArgumentParser
import Checkpoints
import Foundation
import Images
import Models
import Pipelines
import Training

struct BenchStartupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "startup",
    abstract: "Time how soon the program answers, and say how large it is.",
    discussion: """
      Example: guise bench startup

      Each time is that of a new process, from its start: until it has printed --help; and with each bundled model, until \
      the first part of an image's result is computed (a tile, or all of a small image), and until the usual command has \
      written the result and ended.
      """)

  @Option(help: ArgumentHelp("Side of the square image.", valueName: "pixels"))
  var size = 256

  @Option(help: ArgumentHelp("Timed starts, after one untimed start.", valueName: "count"))
  var repeats = 8

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  /// In the processes that are timed: the model and the image.
  @Option(help: .private) var model: String?
  @Option(help: .private) var image: String?

  func validate() throws {
    try BenchOptions.validate(size: size)
    guard (1...1000).contains(repeats) else { throw ValidationError("--repeats is \(repeats), expected 1 to 1000") }
  }

  func run() throws {
    if let model, let image { return try FirstPart.compute(model: URL(filePath: model), image: URL(filePath: image)) }
    let models = BundledFiles.models
    guard !models.all.isEmpty else {
      throw StartupError(
        description: "no bundled models were found: name their folder in the environment's \(models.variable)")
    }
    // So that Ctrl-C leaves no folder behind.
    Interruption.watch()
    let folder = FileManager.default.temporaryDirectory.appending(path: "guise-startup-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let image = folder.appending(path: "image.png")
    try Image(array: RandomImages.array("startup", size: size)).write(to: image, format: .png)
    let program = try StartedProgram()
    var starts = [try time("", "--help") { try program.secondsUntilEnd(["--help"]) }]
    for model in models.all where !model.deletingPathExtension().path.hasSuffix("-denoise") {
      guard let command = FirstPart.command(for: try ModelFile(contentsOf: model).description) else { continue }
      let name = BundledFiles.name(of: model)
      starts.append(
        try time(name, "first part") {
          try program.secondsUntilOutput(["bench", "startup", "--model", model.path, "--image", image.path])
        })
      let result = folder.appending(path: "\(name).png").path
      starts.append(
        try time(name, "written") {
          try program.secondsUntilEnd([
            command, image.path, "-o", result, "-m", model.path, "--overwrite", "--quiet",
          ])
        })
    }
    let result = StartupResult(programBytes: program.bytes, size: size, repeats: repeats, starts: starts)
    if json { try JSONLine.write(result) } else { print(result.text) }
  }

  private func time(_ model: String, _ until: String, _ seconds: () throws -> Double) rethrows -> StartupResult.Start {
    _ = try seconds()
    let all = try (0..<repeats).map { _ in try seconds() }
    return StartupResult.Start(
      model: model, until: until, medianSeconds: BenchResult.median(all), minSeconds: all.min() ?? 0)
  }
}
