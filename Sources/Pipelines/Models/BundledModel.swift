import Checkpoints
import Foundation
import Models

/// The models that commands use if none is named.
public enum BundledModel {
  /// The default model for upscaling.
  public static let upscaling = "upscale-photo"
  /// The default model for colorization.
  public static let colorization = "colorize"

  /// The model that an argument stands for: a path, or a bundled model's name; without an argument, the bundled model
  /// of the usual name. Throws `BundledFileError`.
  public static func url(of argument: String?, usual: String) throws(BundledFileError) -> URL {
    guard let argument else { return try BundledFiles.models.url(named: usual) }
    return try BundledFiles.models.url(of: argument)
  }

  /// What a bundled model is for, in one line. Of models that did not come with the program, their network.
  public static func purpose(of model: URL) -> String {
    let name = BundledFiles.name(of: model)
    if let purpose = purposes[name] { return purpose }
    do {
      let description = try ModelFile(contentsOf: model).description
      return "\(description.task): \(description.network.summary)"
    } catch {
      return error.problem
    }
  }

  /// Whether a command uses it if none is named.
  public static func isUsual(_ model: URL) -> Bool {
    [upscaling, colorization].contains(BundledFiles.name(of: model))
  }

  private static let purposes = [
    "colorize": "colorize: colours for gray photographs",
    "facades": "translate: photographs of facades from coloured plans of their parts",
    "photo-to-monet": "translate: photographs to paintings in Monet's manner",
    "upscale-photo": "upscale: four times, for photographs with noise and compression",
    "upscale-photo-denoise": "upscale: its partner, which removes noise; mixed in by guise upscale --denoise",
    "upscale-x4": "upscale: four times, near to the truth, from clean images",
  ]
}
