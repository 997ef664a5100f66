import Foundation

/// Writes files whole or not at all: into a temporary file of the same folder, synced to the disk, then renamed.
///
/// Readers see the old contents or the new, whenever the program is killed. A symbolic link stays; the file that it
/// leads to is replaced. The folder must exist. A program killed while it writes leaves `.guise-….tmp` behind, which
/// `removeLeftovers` deletes.
public enum AtomicFile {
  /// Throws `FileError`.
  public static func write(_ data: Data, to url: URL) throws {
    try write(to: url) { file in
      try data.withUnsafeBytes { try file.append($0) }
    }
  }

  /// Writes what `body` appends, piece by piece; where `body` throws, the file at `url` is left as it was.
  public static func write(to url: URL, _ body: (FileInProgress) throws -> Void) throws {
    let file = try FileInProgress(for: url)
    try body(file)
    try file.sync()
    try file.commit()
  }

  /// Deletes what killed programs left in a folder. Only for a folder that nobody writes to at the time.
  public static func removeLeftovers(in folder: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(FileInProgress.prefix) && name.hasSuffix(FileInProgress.suffix) {
      try? FileManager.default.removeItem(at: folder.appending(path: name))
    }
  }
}
