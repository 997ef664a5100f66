import Foundation

/// A temporary file that replaces another once it is complete: `append` its contents, `sync`, then `commit`.
///
/// Unless it is committed, it is deleted with this object, and the file that it was to replace stays unchanged. It is locked
/// until then, so that what a killed program has left is told from what another one is writing.
public final class FileInProgress {
  static let (prefix, suffix) = (".guise-", ".tmp")

  private let target: String
  private let folder: String
  private let temporary: String
  private var descriptor: Int32
  /// Whether the temporary file still exists under its own name.
  private var exists = false

  /// Throws `FileError`.
  public init(for url: URL) throws {
    let url = url.resolvingSymlinksInPath()
    target = url.path
    folder = url.deletingLastPathComponent().path
    while true {
      let name = folder + "/\(Self.prefix)\(String(UInt64.random(in: 0...UInt64.max), radix: 36))\(Self.suffix)"
      let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw FileError.writing(target, errno) }
      // Another program may take it for a leftover before it is locked: then it has no name any more.
      var status = stat()
      guard flock(descriptor, LOCK_EX) != 0 || fstat(descriptor, &status) != 0 || status.st_nlink > 0 else {
        close(descriptor)
        continue
      }
      (temporary, self.descriptor, exists) = (name, descriptor, true)
      return
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if exists { unlink(temporary) }
  }

  /// Throws `FileError`.
  public func append(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw failure() }
      rest = rest.dropFirst(written)
    }
  }

  /// Throws `FileError`.
  public func append(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try append($0) } }

  /// Replaces bytes that were appended before. Throws `FileError`.
  public func replace(at offset: Int, with bytes: UnsafeRawBufferPointer) throws {
    var written = 0
    while written < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
      let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + written))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure() }
      written += count
    }
  }

  /// Waits until all contents are on disk. Throws `FileError`.
  ///
  /// - Parameter changed: the file's modification time, in seconds since 1970; now if nil.
  /// - Returns: the stamp that the file will have under its final name.
  @discardableResult
  public func sync(changed: Double? = nil) throws -> FileStamp {
    if let changed {
      let seconds = changed.rounded(.down)
      let time = timespec(tv_sec: Int(seconds), tv_nsec: Int((changed - seconds) * 1e9))
      guard futimens(descriptor, [time, time]) == 0 else { throw failure() }
    }
    var status = stat()
    guard fsync(descriptor) == 0, fstat(descriptor, &status) == 0 else { throw failure() }
    return FileStamp(status)
  }

  /// Renames the file into place, replacing any file of that name. Call it once, after `sync`. Throws `FileError`.
  public func commit() throws {
    // Before it is closed, which unlocks it: until it has its name, another program may take it for a leftover.
    guard rename(temporary, target) == 0 else { throw failure() }
    exists = false
    let status = close(descriptor)
    descriptor = -1
    guard status == 0 else { throw failure() }
    syncFolder()
  }

  /// Errors are ignored: some file systems cannot sync a folder, and the file's contents are safe by then.
  private func syncFolder() {
    let folderDescriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folderDescriptor >= 0 else { return }
    fsync(folderDescriptor)
    close(folderDescriptor)
  }

  private func failure() -> FileError {
    .writing(target, errno)
  }
}
