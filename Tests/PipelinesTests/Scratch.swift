import Foundation
import Images
import Pipelines
import Testing

/// A temporary folder, which is deleted with this object.
final class Scratch {
  let root = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
    .appending(path: "guise-pipelines-\(UUID().uuidString)")

  init(files: [String] = []) throws {
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    for file in files { try write(file, Data("no image".utf8)) }
  }

  deinit {
    try? FileManager.default.removeItem(at: root)
  }

  subscript(_ path: String) -> URL { root.appending(path: path) }

  func write(_ path: String, _ data: Data) throws {
    try FileManager.default.createDirectory(
      at: self[path].deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: self[path])
  }

  /// A plain gray PNG or JPEG, by the path's extension.
  func writeImage(_ path: String, width: Int = 8, height: Int = 6) throws {
    let pixels = [Float](repeating: 0.5, count: width * height * 3)
    let format = try #require(ImageFileFormat(pathExtension: (path as NSString).pathExtension))
    try write(path, Image(width: width, height: height, channels: 3, pixels: pixels).encoded(as: format, path: path))
  }

  /// The names in a folder, without a batch's journal.
  func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: self[folder].path).filter { $0 != ".guise-journal" }.sorted()
  }

  /// Output paths by input paths, both relative to this folder.
  func outputs(_ plan: OutputPlan) -> [String: String] {
    let pairs = plan.entries.map { (relative($0.input), relative($0.output)) }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  private func relative(_ url: URL) -> String { String(url.path.dropFirst(root.path.count + 1)) }
}
