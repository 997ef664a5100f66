import Checkpoints
import Foundation
import Images
import Models
import Pipelines
import Tensors

/// The first part of a result that a process computes, as the program's commands do it.
enum FirstPart {
  /// The command for a model; nil if no command takes images to it.
  static func command(for model: ModelDescription) -> String? {
    switch model.network.network {
    case is any UpscalingNetwork.Type: "upscale"
    case is any TranslationNetwork.Type: model.isColorization ? "colorize" : "translate"
    default: nil
    }
  }

  /// Computes it, prints a line at once, and ends the program by throwing `ExitStatus.done`.
  static func compute(model: URL, image: URL) throws {
    let image = try Image(contentsOf: image)
    let file = try ModelFile(contentsOf: model)
    try (DeviceChoice.inEnvironment ?? .automatic).open().run {
      switch command(for: file.description) {
      case "upscale": try Upscaler(modelAt: model).upscale(image, into: Announcement())
      case "colorize": try Announcement().write(Colorizer(modelAt: model).colorize(image))
      default: try Translator(modelAt: model).translate(image, into: Announcement())
      }
    }
  }

  /// Takes the first part.
  private final class Announcement: ImageSink {
    func begin(_ header: ImageHeader) {}

    func append(_ part: Image) throws {
      StandardStreams.printNow("\(part.width)x\(part.height)")
      throw ExitStatus.done
    }

    func advance(to fraction: Double) {}
  }
}
