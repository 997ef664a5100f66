import Foundation

/// Files beside the tests, made by scripts/golden/checkpoints.py.
enum Golden {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

  static func url(_ name: String) -> URL { folder.appending(path: name) }

  static func contents(_ name: String) throws -> Data { try Data(contentsOf: url(name)) }
}

/// A folder that is removed when the closure returns.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "guise-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}
