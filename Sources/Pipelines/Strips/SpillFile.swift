import Foundation

/// An unnamed temporary file, which disappears with the process even if that is killed.
package final class SpillFile: Sendable {
  private let descriptor: Int32
  /// For error messages.
  private let folder: URL

  /// Throws `TranslationError.temporaryFile`.
  package convenience init(in folder: URL) throws {
    var path = Array(folder.appending(path: "guise-XXXXXX").path.utf8CString)
    let descriptor = mkstemp(&path)
    guard descriptor >= 0 else { throw Self.error(in: folder) }
    unlink(path)
    self.init(descriptor: descriptor, folder: folder)
  }

  /// Takes ownership of an open file.
  package init(descriptor: Int32, folder: URL) {
    self.descriptor = descriptor
    self.folder = folder
  }

  deinit { close(descriptor) }

  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    guard let base = bytes.baseAddress else { return }
    try transfer(bytes.count) { done, rest in pwrite(descriptor, base + done, rest, off_t(offset + done)) }
  }

  package func read(_ bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    guard let base = bytes.baseAddress else { return }
    try transfer(bytes.count) { done, rest in pread(descriptor, base + done, rest, off_t(offset + done)) }
  }

  private func transfer(_ count: Int, _ step: (_ done: Int, _ rest: Int) -> Int) throws {
    var done = 0
    while done < count {
      let moved = step(done, count - done)
      if moved < 0, errno == EINTR { continue }
      guard moved > 0 else { throw Self.error(in: folder) }
      done += moved
    }
  }

  private static func error(in folder: URL) -> TranslationError {
    .temporaryFile(folder: folder.path, reason: String(cString: strerror(errno)))
  }
}
