import Foundation

/// Writes files atomically: into a temporary file in the same folder, synced to disk, then renamed.
///
/// Readers see either the old or the new contents, even if the program is killed midway. A symbolic link is kept, and
/// its target replaced. The folder must exist. A killed program may leave `.guise-….tmp` behind, which
/// `removeLeftovers` deletes.
public enum AtomicFile {
  /// Throws `FileError`.
  public static func write(_ data: Data, to url: URL) throws {
    try write(to: url) { file in
      try data.withUnsafeBytes { try file.append($0) }
    }
  }

  /// Writes what `body` appends, piece by piece; if `body` throws, the file at `url` is left unchanged.
  public static func write(to url: URL, _ body: (FileInProgress) throws -> Void) throws {
    let file = try FileInProgress(for: url)
    try body(file)
    try file.sync()
    try file.commit()
  }

  /// Deletes the temporary files that killed programs left in a folder; those that are being written stay.
  public static func removeLeftovers(in folder: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(FileInProgress.prefix) && name.hasSuffix(FileInProgress.suffix) {
      let path = folder.appending(path: name).path
      let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
    }
  }
}
