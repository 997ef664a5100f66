import Foundation

/// Writes files whole or not at all: into a temporary file of the same folder, synced to the disk, then renamed.
///
/// Readers see the old contents or the new, whenever the program is killed. A symbolic link stays; what it leads to is
/// replaced. The folder must exist. A program killed while it writes leaves `.guise-….tmp` behind, which
/// `removeLeftovers` takes away.
public enum AtomicFile {
  /// Throws `FileError.cannotWrite`.
  public static func write(_ data: Data, to url: URL) throws {
    try write(to: url) { file in
      try data.withUnsafeBytes { try file.append($0) }
    }
  }

  /// Writes what `body` appends, piece by piece; where `body` throws, the file at `url` is left as it was.
  ///
  /// - Parameters:
  ///   - changed: the time of change that the file gets, in seconds since 1970; the present if nil.
  ///   - prepare: called when all is on the disk and only the name is to change, with what the file's stamp will be. Where
  ///     it throws, the file at `url` is left as it was.
  public static func write(
    to url: URL, changed: Double? = nil, preparing prepare: (FileStamp) throws -> Void = { _ in },
    _ body: (FileInProgress) throws -> Void
  ) throws {
    let file = try FileInProgress(target: url.resolvingSymlinksInPath())
    defer { file.abandon() }
    try body(file)
    try prepare(file.sync(changed: changed))
    try file.replaceTarget()
  }

  /// Deletes what killed programs left in a folder. Only for a folder that nobody writes to at the time.
  public static func removeLeftovers(in folder: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(FileInProgress.prefix) && name.hasSuffix(FileInProgress.suffix) {
      try? FileManager.default.removeItem(at: folder.appending(path: name))
    }
  }
}

/// The temporary file that becomes the target once it is complete.
public final class FileInProgress {
  fileprivate static let (prefix, suffix) = (".guise-", ".tmp")

  private let target: String
  private let folder: String
  private let temporary: String
  private var descriptor: Int32
  private var isRenamed = false

  fileprivate init(target url: URL) throws {
    target = url.path
    folder = url.deletingLastPathComponent().path
    temporary = folder + "/\(Self.prefix)\(String(UInt64.random(in: 0...UInt64.max), radix: 36))\(Self.suffix)"
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw failure() }
  }

  public func append(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw failure() }
      rest = rest.dropFirst(written)
    }
  }

  fileprivate func sync(changed: Double?) throws -> FileStamp {
    if let changed {
      let seconds = changed.rounded(.down)
      let time = timespec(tv_sec: Int(seconds), tv_nsec: Int((changed - seconds) * 1e9))
      guard futimens(descriptor, [time, time]) == 0 else { throw failure() }
    }
    var status = stat()
    guard fsync(descriptor) == 0, fstat(descriptor, &status) == 0 else { throw failure() }
    return FileStamp(status)
  }

  fileprivate func replaceTarget() throws {
    let status = close(descriptor)
    descriptor = -1
    guard status == 0, rename(temporary, target) == 0 else { throw failure() }
    isRenamed = true
    syncFolder()
  }

  fileprivate func abandon() {
    if descriptor >= 0 { close(descriptor) }
    if !isRenamed { unlink(temporary) }
  }

  /// Some file systems refuse to sync a folder; the file itself is safe by then.
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
