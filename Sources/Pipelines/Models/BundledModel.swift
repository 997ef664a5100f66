import Foundation

/// Finds the models that come with the program.
public enum BundledModel {
  /// The default model for upscaling.
  public static let upscaling = "upscale-photo.safetensors"
  /// The default model for colorization.
  public static let colorization = "colorize.safetensors"

  private static let variable = "GUISE_MODELS"

  /// Looks in the folder that the environment variable `GUISE_MODELS` names. If it is unset, looks in
  /// `../share/guise/models` relative to the program's folder, in `data/models` of each folder above that, and in
  /// `data/models` of the working directory. Throws `ModelError.notBundled`.
  public static func url(of name: String) throws -> URL {
    let files = folders.map { $0.appending(path: name) }
    guard let file = files.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else {
      throw ModelError.notBundled(name: name, variable: variable)
    }
    return file
  }

  private static var folders: [URL] {
    if let path = ProcessInfo.processInfo.environment[variable] { return [URL(filePath: path)] }
    var folders: [URL] = []
    if let program = Bundle.main.executableURL?.resolvingSymlinksInPath() {
      var folder = program.deletingLastPathComponent()
      folders.append(folder.deletingLastPathComponent().appending(path: "share/guise/models"))
      while folder.path != "/" {
        folder.deleteLastPathComponent()
        folders.append(folder.appending(path: "data/models"))
      }
    }
    return folders + [URL(filePath: "data/models")]
  }
}
