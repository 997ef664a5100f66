import Foundation

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
}
