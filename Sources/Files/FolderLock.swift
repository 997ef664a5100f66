import Foundation

/// Keeps a folder for one process at a time: from `init` until this object goes or the process ends, however it ends.
///
/// An advisory lock (`flock`) on the folder itself: it binds only those who ask for one, and leaves no file behind.
public final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Throws `FileError.inUse` where another process has it. A file system without such locks grants every request.
  public init(_ folder: URL) throws {
    descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      close(descriptor)
      throw FileError.inUse(path: folder.relativePath)
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }
}
