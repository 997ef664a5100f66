import Foundation
import Guise

/// An empty folder, deleted with the last reference to this object.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "guise-example-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  /// A picture with smooth colours, different for each `index`.
  func writePhoto(_ path: String, width: Int = 24, height: Int = 20, index: Int = 0) throws {
    let file = url.appending(path: path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    let random = Random(seed: 1, purpose: "photo", step: index)
    let coarse = try Image(
      ImageHeader(width: 5, height: 4, channels: 3), pixels: (0..<60).map { random.uniform(at: $0) })
    try coarse.resized(toWidth: width, height: height).write(to: file, format: .png)
  }
}

/// The paths of the files that differ between two folders, or exist in only one of them.
func differences(between first: URL, and second: URL, besides ignored: Set<String>) throws -> [String] {
  func files(in folder: URL) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where !ignored.contains(path) {
      let file = folder.appending(path: path)
      if try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
        files[path] = try Data(contentsOf: file)
      }
    }
    return files
  }
  let (first, second) = (try files(in: first), try files(in: second))
  return Set(first.keys).union(second.keys).filter { first[$0] != second[$0] }.sorted()
}
