import Foundation

/// Locks on single bytes of a file, among processes: each ends with the process that holds it, however that ends.
///
/// These are Linux's open file description locks; the bytes need not exist. They hold between any two objects of this
/// class, also within one process. On file systems without locks every request is granted.
public final class ByteLocks: Sendable {
  public enum Kind: Sendable {
    case shared
    case exclusive
  }

  private let descriptor: Int32

  // From fcntl.h, which shows them to GNU programs alone.
  private static let (setLock, setLockWaiting): (Int32, Int32) = (37, 38)

  /// - Parameter descriptor: of a file open for reading and writing, which stays the caller's to close.
  public init(onFile descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// Takes the lock of the byte at an offset, or changes the kind of a lock that is held. False where somebody else's
  /// lock is in the way.
  public func take(_ offset: Int, _ kind: Kind) -> Bool {
    set(offset, kind == .shared ? F_RDLCK : F_WRLCK, Self.setLock)
  }

  /// The same, but waits until the lock is free.
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
