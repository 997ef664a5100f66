import Files
import Foundation

/// The file in the user's cache folder that keeps what a driver compiled: `guise/pipelines-DRIVER` under
/// `XDG_CACHE_HOME` or `~/.cache`.
///
/// A driver may trust its own cache's bytes without looking, so a damaged file must not reach it: the file begins with a
/// hash of the rest.
package struct PipelineCacheFile: Sendable {
  let url: URL

  private static let hashBytes = 16

  /// The file for a driver's build and a device, as `Adapter.cacheIdentifier` names them.
  init(for identifier: String) {
    let environment = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"]
    let folder =
      if let environment, environment.hasPrefix("/") {
        URL(filePath: environment)
      } else {
        FileManager.default.homeDirectoryForCurrentUser.appending(path: ".cache")
      }
    url = folder.appending(path: "guise/pipelines-\(identifier)")
  }

  package init(_ url: URL) { self.url = url }

  /// Empty if there is no file or it is damaged.
  package func contents() -> [UInt8] {
    guard let data = try? Data(contentsOf: url), data.count > Self.hashBytes else { return [] }
    let bytes = [UInt8](data.dropFirst(Self.hashBytes))
    return data.prefix(Self.hashBytes) == Self.hash(of: bytes) ? bytes : []
  }

  package func write(_ bytes: [UInt8]) {
    let folder = url.deletingLastPathComponent()
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try? AtomicFile.write(Self.hash(of: bytes) + bytes, to: url)
  }

  private static func hash(of bytes: [UInt8]) -> Data {
    var fingerprint = Fingerprint()
    bytes.withUnsafeBytes { fingerprint.add($0) }
    return Data(fingerprint.text.utf8)
  }
}
