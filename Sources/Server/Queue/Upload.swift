import Files
import Foundation
import HummingbirdCore
import NIOCore
import Synchronization

/// A request's body on its way into a file, which is deleted with this object unless it is taken over.
final class Upload: Sendable {
  let file: URL
  private let descriptor: Int32
  private let counter: UploadCounter
  private let size = Mutex(0)

  /// Throws `Refusal` if there are too many uploads, and `FileError`.
  init(_ file: URL, counter: UploadCounter) throws {
    try counter.begin()
    self.counter = counter
    self.file = file
    descriptor = open(file.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      counter.end()
      throw FileError.cannotWrite(path: file.path, reason: String(cString: strerror(errno)))
    }
  }

  deinit {
    close(descriptor)
    unlink(file.path)
    counter.end()
  }

  var bytes: Int { size.withLock { $0 } }

  /// Writes the whole body. Throws `Refusal` if it is too large, `FileError` if the disk is full, and what reading throws
  /// where the client has gone away.
  func receive(_ request: Request, atMost limit: Int, room: Int) async throws {
    let tooLarge = Refusal.tooLarge(
      "the file is too large: at most \(Self.text(limit)) are taken")
    if let text = request.headers[.contentLength], let length = Int(text) {
      guard length <= limit else { throw tooLarge }
      guard length <= room else { throw Self.noRoom }
    }
    for try await buffer in request.body {
      let total = size.withLock { size in
        size += buffer.readableBytes
        return size
      }
      guard total <= limit else { throw tooLarge }
      guard total <= room else { throw Self.noRoom }
      try append(buffer)
    }
    if let text = request.headers[.contentLength], let length = Int(text), length != bytes {
      throw Refusal.invalid("the upload was cut off: \(bytes) of \(length) bytes have arrived")
    }
    guard bytes > 0 else { throw Refusal.invalid("the request has no body: expected the file's bytes") }
  }

  /// Waits until the bytes are on the disk. Throws `FileError`.
  func sync() throws {
    guard fsync(descriptor) == 0 else { throw failure() }
  }

  private func append(_ buffer: ByteBuffer) throws {
    try buffer.withUnsafeReadableBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { throw failure() }
        done += count
      }
    }
  }

  private func failure() -> any Error {
    errno == ENOSPC || errno == EDQUOT
      ? FileError.diskFull(path: file.path)
      : FileError.cannotWrite(path: file.path, reason: String(cString: strerror(errno)))
  }

  static let noRoom = Refusal.full("the server has no room for it on its disk: delete jobs that are done")

  static func text(_ bytes: Int) -> String {
    bytes >= 1 << 20 ? "\(bytes >> 20) MiB" : "\(bytes) bytes"
  }
}

/// Counts uploads that are under way.
final class UploadCounter: Sendable {
  private let count = Mutex(0)
  private let most: Int

  init(most: Int) { self.most = most }

  /// Throws `Refusal` if there are as many as may be.
  func begin() throws(Refusal) {
    let isFree = count.withLock { count in
      guard count < most else { return false }
      count += 1
      return true
    }
    guard isFree else { throw .busy("\(most) uploads are under way, which is the most: try again in a second") }
  }

  func end() { count.withLock { $0 -= 1 } }
}
