import Files
import Foundation

/// The finished rows of a result whose computation takes long, in a file beside it, so that the same command goes on from
/// there after an interruption. Encoders could not go on from a part of their file, so the rows lie there as samples.
///
/// The first line, in JSON, says what the rows are of. The file is locked while it is in use, and deleted with the result's
/// completion. One that no computation can go on from is deleted by the next batch.
package final class FinishedRows {
  /// What rows are of; those of anything else are of no use.
  struct Origin: Codable, Equatable {
    /// The input's full path.
    var input: String
    var inputStamp: FileStamp?
    /// Stands for the command, its model and its settings.
    var identity: String
    /// The side of the tiles, since results of other tiles may differ by rounding.
    var tile: Int
  }

  let tile: Int
  private let file: FileHandle
  private let start: UInt64

  private static let (prefix, suffix) = (".guise-", ".rows")

  private init(_ file: FileHandle, tile: Int, start: UInt64) {
    (self.file, self.tile, self.start) = (file, tile, start)
  }

  deinit {
    try? file.close()
  }

  /// Where a result's rows are kept.
  static func url(for output: URL) -> URL {
    output.deletingLastPathComponent().appending(
      path: prefix + Fingerprint(of: output.lastPathComponent).text + suffix)
  }

  /// The rows that an interrupted computation has left; nil if there are none, or if another process is adding to them.
  /// Those of anything else than `isWanted` accepts are deleted.
  static func left(for output: URL, ifFrom isWanted: (Origin) -> Bool) -> FinishedRows? {
    let url = url(for: output)
    guard let file = locked(url) else { return nil }
    guard let (origin, start) = head(of: file), isWanted(origin) else {
      try? FileManager.default.removeItem(at: url)
      return nil
    }
    return FinishedRows(file, tile: origin.tile, start: start)
  }

  /// An empty file; nil if there cannot be one, or if another process has one.
  static func begun(for output: URL, from origin: Origin) -> FinishedRows? {
    let url = url(for: output)
    let descriptor = open(url.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return nil }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, let line = try? JSONEncoder().encode(origin) + Data("\n".utf8),
      (try? file.write(contentsOf: line)) != nil
    else { return nil }
    return FinishedRows(file, tile: origin.tile, start: UInt64(line.count))
  }

  /// Deletes rows in a folder that no computation can go on from, because their input has changed or is gone.
  package static func removeStale(in folder: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(prefix) && name.hasSuffix(suffix) {
      let url = folder.appending(path: name)
      guard let file = locked(url) else { continue }
      let origin = head(of: file)?.origin
      if origin == nil || origin?.inputStamp != origin.flatMap({ FileStamp(URL(filePath: $0.input)) }) {
        try? FileManager.default.removeItem(at: url)
      }
    }
  }

  /// The number of complete rows of so many bytes.
  func count(ofBytes size: Int) -> Int {
    let end = (try? file.seekToEnd()) ?? start
    return end > start ? Int(end - start) / size : 0
  }

  /// Reads rows; nil if the file cannot be read.
  func read(_ rows: Range<Int>, ofBytes size: Int) -> Data? {
    try? file.seek(toOffset: start + UInt64(rows.lowerBound * size))
    guard let data = try? file.read(upToCount: rows.count * size), data.count == rows.count * size else { return nil }
    return data
  }

  /// Forgets all but the first rows, after which `append` goes on. False if that fails.
  func keep(_ count: Int, ofBytes size: Int) -> Bool {
    (try? file.truncate(atOffset: start + UInt64(count * size))) != nil && (try? file.seekToEnd()) != nil
  }

  /// Adds rows, and waits until they are on disk. False if that fails.
  func append(_ rows: Data) -> Bool {
    (try? file.write(contentsOf: rows)) != nil && (try? file.synchronize()) != nil
  }

  /// Deletes what is kept of a result.
  static func remove(for output: URL) {
    try? FileManager.default.removeItem(at: url(for: output))
  }

  private static func locked(_ url: URL) -> FileHandle? {
    guard let file = try? FileHandle(forUpdating: url), flock(file.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
      return nil
    }
    return file
  }

  /// The first line, and where the rows begin; nil if there is no such line.
  private static func head(of file: FileHandle) -> (origin: Origin, start: UInt64)? {
    try? file.seek(toOffset: 0)
    guard let beginning = try? file.read(upToCount: 1 << 16), let end = beginning.firstIndex(of: UInt8(ascii: "\n")),
      let origin = try? JSONDecoder().decode(Origin.self, from: beginning[..<end])
    else { return nil }
    return (origin, UInt64(end + 1))
  }
}
