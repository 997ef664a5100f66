import Foundation

/// Locks on places of a file, among processes: each ends with the process that holds it, however that ends.
///
/// Linux's open file description locks on single bytes, which need not exist. They hold among all objects of this class,
/// those of one process too. On file systems without locks everybody gets what they ask for.
public final class PlaceLocks: Sendable {
  public enum Kind: Sendable {
    case shared
    case exclusive
  }

  private let descriptor: Int32

  // From fcntl.h, which shows them to GNU programs alone.
  private static let (setLock, setLockWaiting): (Int32, Int32) = (37, 38)

  /// - Parameter descriptor: of a file open for reading and writing, which stays the caller's.
  public init(onFile descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// Takes a lock, or makes one that is held another kind. False where another holds one that does not go with it.
  public func take(_ place: Int, _ kind: Kind) -> Bool {
    set(place, kind == .shared ? F_RDLCK : F_WRLCK, Self.setLock)
  }

  /// The same, but waits until it can be had.
  public func wait(for place: Int, _ kind: Kind) {
    _ = set(place, kind == .shared ? F_RDLCK : F_WRLCK, Self.setLockWaiting)
  }

  public func release(_ place: Int) {
    _ = set(place, F_UNLCK, Self.setLock)
  }

  private func set(_ place: Int, _ type: Int32, _ command: Int32) -> Bool {
    var lock = flock()
    lock.l_type = Int16(type)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = off_t(place)
    lock.l_len = 1
    while fcntl(descriptor, command, &lock) != 0 {
      if errno == EINTR { continue }
      return errno != EAGAIN && errno != EACCES
    }
    return true
  }
}
