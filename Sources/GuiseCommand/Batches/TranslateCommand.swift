import ArgumentParser
import Checkpoints
import Foundation
import Models
import Pipelines

extension ModelDescription.Direction: ExpressibleByArgument {}
extension TestMode: ExpressibleByArgument {}

struct TranslateCommand: DeviceCommand {
  static let configuration = CommandConfiguration(
    commandName: "translate",
    abstract: "Translate images with a trained model.",
    discussion: """
      Example: guise translate photos -o painted -m photo-to-monet

      Results mirror the names and folders of the input and have its size. Existing results are skipped, so the same \
      command continues where it stopped. Images too large for the memory allowed are computed in strips, with the \
      statistics of the whole image. With --size, the network sees larger images reduced, and paints with strokes that \
      are larger in proportion; the result is brought back to full size along the photograph's edges, or by an upscaler.
      """)

  @OptionGroup var batch: BatchOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A model file, a PyTorch file (.pth), a finished run's folder or a bundled model's name (guise models list).",
      valueName: "path|name"),
    completion: .model)
  var model: String

  @Option(
    help: ArgumentHelp(
      "Which of an unpaired run's two models, or of two in one file (default: AtoB).", valueName: "way"))
  var direction: ModelDescription.Direction?

  @Option(
    help: ArgumentHelp(
      "What batch norm goes by: statistics gathered in training (running), or the image's own (asInTraining, with dropout "
        + "if the model has it), as the PyTorch toolkit tests pix2pix (default: as the model says, else running).",
      valueName: "mode"))
  var atTest: TestMode?

  @Option(
    help: ArgumentHelp(
      "The shorter side at which the network sees larger images; smaller ones stay as they are (default: their own).",
      valueName: "pixels"))
  var size: Int?

  @Option(
    help: ArgumentHelp(
      "A model for upscaling that brings results of --size to full size, instead of the photograph's edges.",
      valueName: "path|name"),
    completion: .model)
  var then: String?

  @OptionGroup var memory: MemoryOptions

  @OptionGroup var device: DeviceOptions

  @OptionGroup var precision: PrecisionOptions

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    if let size, size < 1 { throw ValidationError("--size is \(size), expected 1 or more") }
    guard size != nil || then == nil else { throw ValidationError("--then takes what --size has made: give it, too") }
  }

  var isQuiet: Bool { batch.quiet }

  func compute() throws {
    threads.apply()
    let model = try BundledFiles.models.url(of: model)
    let name = BundledFiles.name(of: model) + (direction.map { "-\($0.rawValue)" } ?? "")
    var translator = try Translator(
      modelAt: model, direction: direction, atTest: atTest, size: size,
      thenModelAt: then.map { try BundledFiles.models.url(of: $0) }, precision: precision.usable())
    try memory.check()
    try batch.run(
      model: name, identity: translator.identity, suffix: "-\(name)", verb: "translated", likeness: .none
    ) { image, result in
      translator.memoryLimit = memory.available
      try translator.translate(image, into: result)
    }
  }
}
