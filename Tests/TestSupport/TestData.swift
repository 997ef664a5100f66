import Foundation

/// Test data: the repository's few images, and the collections of images and weights that are too large for it.
public enum TestData {
  private static let repository = URL(filePath: #filePath).appending(path: "../../..").standardized

  /// The repository's own photographs.
  public static let samples = repository.appending(path: "data/samples")

  /// `GUISE_DATA`, or `../shared/data` beside the repository.
  public static let folder: URL = {
    if let path = ProcessInfo.processInfo.environment["GUISE_DATA"] { return URL(filePath: path) }
    return repository.appending(path: "../shared/data").standardized
  }()

  public static func has(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appending(path: path).path)
  }

  /// The message of a skipped test.
  public static let isMissing = "needs the test data: set GUISE_DATA to its folder"
}
