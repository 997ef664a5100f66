import ArgumentParser
import Foundation
import Pipelines

struct ColorizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "colorize",
    abstract: "Give gray photographs colours.",
    discussion: """
      Example: guise colorize -i album -o coloured

      Colours are found at a working size and joined with the lightness of the photograph as it is, along whose edges they \
      are enlarged: results have the size and the sharpness of their photographs. Sepia and colour photographs are read by \
      their lightness alone. Results mirror the names and folders of the input; depth, alpha and metadata are kept. \
      Results that are there already are skipped, so the same command goes on where it was stopped.
      """)

  @OptionGroup var batch: BatchOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A model file, a PyTorch file (.pth) or a finished run's folder; \(BundledModel.colorization) if none.",
      valueName: "path"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "The shorter side of what the network sees, \(Colorizer.sizes.lowerBound) to \(Colorizer.sizes.upperBound).",
      valueName: "pixels"))
  var size = 256

  @Option(help: ArgumentHelp("What the colours are multiplied by, 0 (gray) to 2.", valueName: "0-2"))
  var strength = 1.0

  @OptionGroup var memory: MemoryOptions

  @OptionGroup var precision: PrecisionOptions

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    guard Colorizer.sizes.contains(size) else {
      throw ValidationError(
        "--size is \(size), expected \(Colorizer.sizes.lowerBound) to \(Colorizer.sizes.upperBound)")
    }
    guard Colorizer.strengths.contains(strength) else {
      throw ValidationError("--strength is \(strength), expected 0 to 2")
    }
  }

  func run() throws {
    threads.apply()
    let plan = try batch.plan()
    var colorizer = try Colorizer(
      modelAt: model.map { URL(filePath: $0) } ?? BundledModel.url(of: BundledModel.colorization), size: size,
      strength: strength, precision: precision.precision)
    try batch.run(plan, identity: colorizer.identity, verb: "colorized") { image, result in
      colorizer.memoryLimit = memory.available
      try result.write(colorizer.colorize(image))
    }
  }
}
