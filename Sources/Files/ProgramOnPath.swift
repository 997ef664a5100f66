import Foundation

/// Programs of the system, as shells find them.
public enum ProgramOnPath {
  /// The first program of a name in the folders of the environment's `PATH`, or the one at a path with a slash in it; nil if
  /// there is none that may be run.
  public static func find(_ name: String) -> URL? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let candidates = name.contains("/") ? [name] : folders.map { "\($0)/\(name)" }
    return candidates.first(where: FileManager.default.isExecutableFile).map { URL(filePath: $0) }
  }
}
