import Foundation

/// Finds the models that come with the program.
public enum BundledModel {
  /// The model that upscales images unless another is given.
  public static let upscaling = "upscale-x4.safetensors"
  /// The model that colours photographs unless another is given.
  public static let colorization = "colorize.safetensors"

  private static let variable = "GUISE_MODELS"

  /// Looks into the folder that the environment's `GUISE_MODELS` names. Without that variable it looks into
  /// `../share/guise/models` relative to the program's folder, `data/models` in each folder above that, and
  /// `data/models` in the working folder. Throws `ModelError.notBundled`.
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
