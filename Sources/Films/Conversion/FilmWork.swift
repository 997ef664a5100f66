import Files
import Foundation

/// The folder beside a film's result that keeps its segments until they are joined. Processes share it: each claims a
/// segment by a lock that ends with the process.
final class FilmWork: Sendable {
  /// A file of encoded frames, whose name says what is in it.
  struct Segment: Sendable, Equatable {
    var index: Int
    /// The number of frames, which is less than planned where some could not be decoded.
    var count: Int
    /// The time of the first frame, in units of the film's time base.
    var first: Int
    var file: URL

    init(index: Int, count: Int, first: Int, in folder: URL) {
      (self.index, self.count, self.first) = (index, count, first)
      file = folder.appending(path: "\(index)_\(count)_\(first).nut")
    }

    fileprivate init?(_ name: String, in folder: URL) {
      guard name.hasSuffix(".nut") else { return nil }
      let numbers = name.dropLast(4).split(separator: "_").map { Int($0) }
      guard numbers.count == 3, let index = numbers[0], let count = numbers[1], let first = numbers[2] else {
        return nil
      }
      self.init(index: index, count: count, first: first, in: folder)
    }
  }

  private enum LockedByte {
    static let folder = 0
    static let firstSegment = 1
  }

  let folder: URL
  private let plan: FilmPlan
  private let descriptor: Int32
  private let locks: ByteLocks
  /// Of unfinished files' names: the ffmpeg of a process that was killed may still write to its own.
  private let id = UUID().uuidString

  /// Makes the folder, or takes up one of the same plan. Throws `FileError`.
  init(for output: URL, _ plan: FilmPlan) throws {
    self.plan = plan
    folder = output.deletingLastPathComponent().appending(path: ".guise-film-\(output.lastPathComponent)")
    try Folder.make(folder)
    let url = folder.appending(path: "locks")
    descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw FileError.cannotWrite(path: url.relativePath, reason: String(cString: strerror(errno)))
    }
    locks = ByteLocks(onFile: descriptor)
    locks.wait(for: LockedByte.folder, .exclusive)
    defer { locks.release(LockedByte.folder) }
    let file = folder.appending(path: "plan.json")
    if let old = try? JSONDecoder().decode(FilmPlan.self, from: Data(contentsOf: file)) {
      if old == plan { return }
      guard hasClaimedAll(old) else { throw FileError.inUse(path: folder.relativePath) }
    }
    for name in names where name != "locks" {
      try? FileManager.default.removeItem(at: folder.appending(path: name))
    }
    try AtomicFile.write(JSONEncoder().encode(plan), to: file)
  }

  deinit {
    close(descriptor)
  }

  private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] }

  /// In their order.
  var finished: [Segment] {
    names.compactMap { Segment($0, in: folder) }.sorted { $0.index < $1.index }
  }

  var finishedFrames: Int { finished.reduce(0) { $0 + plan.frames(ofSegment: $1.index).count } }

  /// Whether no result was joined meanwhile.
  var exists: Bool { FileManager.default.fileExists(atPath: folder.appending(path: "plan.json").path) }

  /// False if another process has claimed it.
  func claim(_ segment: Int) -> Bool { locks.take(LockedByte.firstSegment + segment, .exclusive) }

  func release(_ segment: Int) { locks.release(LockedByte.firstSegment + segment) }

  /// Where a segment is written that this process has claimed.
  func unfinished(_ segment: Int) -> URL { unfinished("\(segment)") }

  /// Where a file is written before it is renamed.
  func unfinished(_ name: String) -> URL { folder.appending(path: "\(name)_\(id).part") }

  /// Deletes what killed processes have left of something that this process has claimed.
  func removeLeftovers(of name: String) {
    for old in names where old.hasPrefix("\(name)_") && old.hasSuffix(".part") {
      try? FileManager.default.removeItem(at: folder.appending(path: old))
    }
  }

  /// Gives a segment that was written its name. Throws `FileError`.
  func finish(_ segment: Segment) throws {
    let unfinished = unfinished(segment.index)
    let descriptor = open(unfinished.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    defer { if descriptor >= 0 { close(descriptor) } }
    guard descriptor >= 0, fsync(descriptor) == 0, rename(unfinished.path, segment.file.path) == 0 else {
      throw FileError.writing(segment.file.relativePath, errno)
    }
  }

  /// Calls `body` with the segments, one process at a time, and then deletes the folder.
  func whileJoining<Result>(_ body: ([Segment]) throws -> Result) throws -> Result {
    locks.wait(for: LockedByte.folder, .exclusive)
    defer { locks.release(LockedByte.folder) }
    removeLeftovers(of: "joined")
    let result = try body(finished)
    remove()
    return result
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// So that a film that cannot be read leaves nothing behind. What other processes work on stays.
  func removeUnlessOfUse() {
    locks.wait(for: LockedByte.folder, .exclusive)
    defer { locks.release(LockedByte.folder) }
    guard finished.isEmpty, hasClaimedAll(plan) else { return }
    remove()
  }

  /// Whether no other process has claimed a segment; this one then has for a moment.
  private func hasClaimedAll(_ plan: FilmPlan) -> Bool {
    let claimed = (0..<plan.segmentCount).filter { claim($0) }
    defer { claimed.forEach(release) }
    return claimed.count == plan.segmentCount
  }
}
