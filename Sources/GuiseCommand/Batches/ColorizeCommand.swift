import ArgumentParser
import Foundation
import Models
import Pipelines

struct ColorizeCommand: DeviceCommand {
  static let configuration = CommandConfiguration(
    commandName: "colorize",
    abstract: "Add colours to gray photographs.",
    discussion: """
      Example: guise colorize album -o coloured

      Colours are found at a working size, enlarged along the edges of the photograph's own lightness, and combined \
      with it: results keep the photograph's size and sharpness. Of sepia and colour photographs, only the lightness is \
      used. Models that choose colours from bins know both likely colours and a calm guess, and --vivid says how \
      bold to be. Results mirror the names and folders of the input; depth, alpha and metadata are kept. Existing \
      results are skipped, so the same command continues where it stopped.
      """)

  @OptionGroup var batch: BatchOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A model file, a PyTorch file (.pth), a finished run's folder or a bundled model's name "
        + "(default: \(BundledModel.colorization)).",
      valueName: "path|name"),
    completion: .model)
  var model: String?

  @Option(
    help: ArgumentHelp(
      "The shorter side of the network's input, or the side of its square, \(Colorizer.sizes.lowerBound) to "
        + "\(Colorizer.sizes.upperBound) (default: by the photograph with models that choose from bins; "
        + "\(DDColor.view.size) with DDColor, \(DeOldify.view.size) with DeOldify, 256 with others).",
      valueName: "pixels"))
  var size: Int?

  @Option(
    help: ArgumentHelp(
      "With models that choose from bins, from 0 (a calm guess) to 1 (the liveliest colours) "
        + "(default: \(ColorBinNetwork.usualVividness)).", valueName: "0-1"))
  var vivid: Double?

  @Option(help: ArgumentHelp("Factor on the colours, from 0 (gray) to 2.", valueName: "0-2"))
  var strength = 1.0

  @OptionGroup var memory: MemoryOptions

  @OptionGroup var device: DeviceOptions

  @OptionGroup var precision: PrecisionOptions

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    if let size, !Colorizer.sizes.contains(size) {
      throw ValidationError(
        "--size is \(size), expected \(Colorizer.sizes.lowerBound) to \(Colorizer.sizes.upperBound)")
    }
    if let vivid, !Colorizer.vividnesses.contains(vivid) {
      throw ValidationError("--vivid is \(vivid), expected 0 to 1")
    }
    guard Colorizer.strengths.contains(strength) else {
      throw ValidationError("--strength is \(strength), expected 0 to 2")
    }
  }

  var isQuiet: Bool { batch.quiet }

  func compute() throws {
    threads.apply()
    let model = try BundledModel.url(of: model, usual: BundledModel.colorization)
    var colorizer = try Colorizer(
      modelAt: model, size: size, strength: strength, vividness: vivid, precision: precision.usable())
    try memory.check()
    try batch.run(
      model: BundledFiles.name(of: model), identity: colorizer.identity, suffix: "-colorized", verb: "colorized",
      likeness: .lightness
    ) { image, result in
      colorizer.memoryLimit = memory.available
      try result.write(colorizer.colorize(image))
    }
  }
}
