import Foundation

/// Locks on single bytes of a file, between processes. A lock is released when its holder ends, even if it is killed.
///
/// These are Linux's open file description locks: they also exclude two objects of this class in one process, and the
/// bytes need not exist. On file systems without locks, every request is granted.
public final class ByteLocks: Sendable {
  public enum Kind: Sendable {
    case shared
    case exclusive
  }

  private let descriptor: Int32

  // `F_OFD_SETLK` and `F_OFD_SETLKW`, which fcntl.h defines only under `_GNU_SOURCE`.
  private static let (setLock, setLockWaiting): (Int32, Int32) = (37, 38)

  /// - Parameter descriptor: a file open for reading and writing; closing it is up to the caller.
  public init(onFile descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// Locks the byte at an offset, or changes the kind of a lock already held. Returns false if another holder's lock
  /// conflicts.
  public func take(_ offset: Int, _ kind: Kind) -> Bool {
    set(offset, kind == .shared ? F_RDLCK : F_WRLCK, Self.setLock)
  }

  /// Like `take`, but waits until the lock is free.
  public func wait(for offset: Int, _ kind: Kind) {
    _ = set(offset, kind == .shared ? F_RDLCK : F_WRLCK, Self.setLockWaiting)
  }

  public func release(_ offset: Int) {
    _ = set(offset, F_UNLCK, Self.setLock)
  }

  private func set(_ offset: Int, _ type: Int32, _ command: Int32) -> Bool {
    var lock = flock()
    lock.l_type = Int16(type)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = off_t(offset)
    lock.l_len = 1
    while fcntl(descriptor, command, &lock) != 0 {
      if errno == EINTR { continue }
      return errno != EAGAIN && errno != EACCES
    }
    return true
  }
}
