import Checkpoints
import Foundation
import Pipelines

/// The files of weights that recipes name.
extension Recipe {
  /// Throws `RecipeProblem` if there is no such file.
  ///
  /// - Parameter key: the path of the key that names it.
  func file(_ path: String, of key: String) throws(RecipeProblem) -> URL {
    guard FileManager.default.fileExists(atPath: path) else {
      throw RecipeProblem(
        key, "\(key) is \(path), and there is no such file: name one, or leave it out with \(key)=\"\"")
    }
    return URL(filePath: path)
  }

  /// A file of a model, or the bundled model of that name. Throws `RecipeProblem` if there is neither.
  func modelFile(_ argument: String, of key: String) throws(RecipeProblem) -> URL {
    guard let bundled = try? BundledFiles.models.url(of: argument) else { return try file(argument, of: key) }
    return try file(bundled.relativePath, of: key)
  }
}
