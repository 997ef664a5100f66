import ArgumentParser
import Foundation
import Pipelines

struct UpscaleCommand: DeviceCommand {
  static let configuration = CommandConfiguration(
    commandName: "upscale",
    abstract: "Enlarge images with a super-resolution model.",
    discussion: """
      Example: guise upscale photo.jpg
      Example: guise upscale photos -o large -s 2

      Results mirror the names and folders of the input; depth, alpha and metadata are kept. Large images are computed \
      in tiles, which together give the same result as the whole image, and written as they are made. Existing results \
      are skipped, so the same command continues where it stopped.
      """)

  @OptionGroup var batch: BatchOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      """
      A model file, a PyTorch file (.pth), one of ncnn's (.param), a finished run's folder or a bundled model's name \
      (default: \(BundledModel.upscaling)).
      """,
      valueName: "path|name"),
    completion: .model)
  var model: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      """
      Factor of enlargement, 1 to 64, as 2 or 1.5; a Lanczos filter brings what the model makes to that size (default: \
      the model's).
      """,
      valueName: "factor"))
  var scale: Double?

  @Option(
    help: ArgumentHelp(
      "How much noise and grain to remove, from 0 to 1; the model needs its partner NAME-denoise beside it.",
      valueName: "0-1"))
  var denoise = 0.0

  @Flag(
    help:
      "Show the model each image in all eight orientations, and take the mean: a little better, eight times as slow.")
  var ensemble = false

  @Flag(help: "Enlarge textures that repeat, so that the results' borders fit each other, too.")
  var wrap = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Side of the tiles in pixels of the input (at least 32), or auto.", valueName: "pixels|auto"))
  var tile = TileSize.automatic

  @OptionGroup var memory: MemoryOptions

  @OptionGroup var device: DeviceOptions

  @OptionGroup var precision: PrecisionOptions

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    if let scale, !Upscaler.scales.contains(scale) {
      throw ValidationError("--scale is \(Upscaler.text(of: scale)), expected a factor from 1 to 64")
    }
    guard Upscaler.denoisingStrengths.contains(denoise) else {
      throw ValidationError("--denoise is \(denoise), expected 0 to 1")
    }
    if case .side(let side) = tile, side < TileSize.smallest {
      throw ValidationError("--tile is \(side), expected at least \(TileSize.smallest), or auto")
    }
  }

  var isQuiet: Bool { batch.quiet }

  func compute() throws {
    threads.apply()
    let model = try BundledModel.url(of: model, usual: BundledModel.upscaling)
    var upscaler = try Upscaler(
      modelAt: model, scale: scale, denoising: denoise, tileSize: tile, precision: precision.usable())
    (upscaler.usesEnsemble, upscaler.wrapsAround) = (ensemble, wrap)
    try memory.check()
    try batch.run(
      model: BundledFiles.name(of: model), identity: upscaler.identity, suffix: upscaler.suffix, verb: "upscaled",
      likeness: .light
    ) { image, result in
      upscaler.memoryLimit = memory.available
      try upscaler.upscale(image, into: result)
    }
  }
}

extension TileSize: ExpressibleByArgument {
  public init?(argument: String) {
    if argument == "auto" {
      self = .automatic
    } else if let side = Int(argument) {
      self = .side(side)
    } else {
      return nil
    }
  }

  public var defaultValueDescription: String { "auto" }
}
