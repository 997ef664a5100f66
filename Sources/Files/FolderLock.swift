import Foundation

/// Reserves a folder for one process, from `init` until this object is released or the process ends.
///
/// This is an advisory lock (`flock`) on the folder itself: it excludes only processes that also ask for it, and leaves
/// no file behind.
public final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Throws `FileError.inUse` if another process holds the lock. File systems without such locks grant every request.
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
