import Files
import Foundation
import Synchronization

/// What a folder's results were made of: a line of JSON for each, in the folder's `.guise-journal`, written when the result
/// is on the disk and just before it gets its name.
///
/// Several processes may work into one folder. Each claims a result before it makes it, by a lock on the journal that ends
/// with the process, and sees in the journal what the others have made since. A line that somebody was killed in counts
/// for nothing.
final class BatchJournal: Sendable {
  struct Record: Codable, Sendable {
    /// Below the folder.
    var output: String
    var input: String
    /// Nil where there was no file.
    var inputStamp: FileStamp?
    /// What it was made with: the command, its model and its settings.
    var work: String
    /// Of the output; nil where there is none, because of `failure`.
    var result: FileStamp?
    var failure: String?
  }

  /// How one of a plan's results stands.
  enum Standing: Equatable {
    case missing
    /// Made of this input by the same work.
    case current
    /// Made of what the input was before, or by other work.
    case outdated
    /// Not made here, or changed since.
    case unknown
    /// Another process has tried since this one began.
    case failedElsewhere(reason: String)
  }

  static let fileName = ".guise-journal"

  private struct Contents {
    /// By the output's path, in the order of their making.
    var records: [String: [Record]] = [:]
    /// Of outputs whose last making failed.
    var failures: [String: String] = [:]
    /// Outputs made, and outputs given up, since this process began.
    var madeSince: Set<String> = [], failedSince: Set<String> = []
    /// Where in the file reading goes on.
    var offset = 0

    mutating func take(_ record: Record) {
      failures[record.output] = record.failure
      if record.failure == nil {
        records[record.output, default: []].append(record)
        madeSince.insert(record.output)
      } else {
        failedSince.insert(record.output)
      }
    }
  }

  private let folder: URL
  private let descriptor: Int32
  private let locks: PlaceLocks
  private let contents = Mutex(Contents())

  private enum Place {
    static let appending = 0
    static let presence = 1
    static let firstClaim = 2
  }

  /// Opens a folder's journal, and makes both where needed. What killed processes left behind goes if nobody else works
  /// there. Throws `FileError`.
  ///
  /// - Parameter subfolders: others that results lie in.
  init(_ folder: URL, subfolders: Set<URL>) throws {
    self.folder = folder
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw FileError.cannotWrite(path: folder.relativePath, reason: "the folder could not be made")
    }
    let url = folder.appending(path: Self.fileName)
    descriptor = open(url.path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw FileError.cannotWrite(path: url.relativePath, reason: String(cString: strerror(errno)))
    }
    locks = PlaceLocks(onFile: descriptor)
    if locks.take(Place.presence, .exclusive) {
      for folder in subfolders.union([folder]) { AtomicFile.removeLeftovers(in: folder) }
    }
    locks.wait(for: Place.presence, .shared)
    readOn()
    contents.withLock { ($0.madeSince, $0.failedSince) = ([], []) }
  }

  deinit {
    close(descriptor)
  }

  /// Nil where another process makes it.
  func claim(_ output: String) -> Claim? {
    let place = Place.firstClaim + Int(Fingerprint(of: output).value >> 2)
    return locks.take(place, .exclusive) ? Claim(self, place) : nil
  }

  fileprivate func release(_ place: Int) {
    locks.release(place)
  }

  /// To be asked with the claim in hand.
  ///
  /// - Parameter remakes: whether only what was made since this process began counts.
  func standing(of entry: OutputPlan.Entry, work: String, remakes: Bool) -> Standing {
    readOn()
    return contents.withLock { contents in
      if contents.failedSince.contains(entry.relativePath) {
        return .failedElsewhere(reason: contents.failures[entry.relativePath] ?? "")
      }
      guard let result = FileStamp(entry.output) else { return .missing }
      guard !remakes || contents.madeSince.contains(entry.relativePath) else { return .outdated }
      let made = contents.records[entry.relativePath]?.last { $0.result?.isWithinAClockStep(of: result) ?? false }
      guard let made else { return .unknown }
      return made.inputStamp == FileStamp(entry.input) && made.work == work ? .current : .outdated
    }
  }

  /// Throws `FileError`.
  func append(_ record: Record) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // The first line's end closes what somebody was killed in.
    let line = Data("\n".utf8) + (try encoder.encode(record)) + Data("\n".utf8)
    locks.wait(for: Place.appending, .exclusive)
    defer { locks.release(Place.appending) }
    try line.withUnsafeBytes { bytes in
      let written = Foundation.write(descriptor, bytes.baseAddress, bytes.count)
      guard written == bytes.count, fdatasync(descriptor) == 0 else {
        throw FileError.writing(folder.appending(path: Self.fileName).relativePath, written < 0 ? errno : ENOSPC)
      }
    }
  }

  /// Lists a plan's inputs that have no result, by whomever it was tried last, in the folder's `failures.csv`; where there
  /// are none, the file goes.
  func writeFailures(among entries: [OutputPlan.Entry]) throws {
    locks.wait(for: Place.appending, .exclusive)
    defer { locks.release(Place.appending) }
    readOn()
    let failures = contents.withLock { contents in
      entries.compactMap { entry in contents.failures[entry.relativePath].map { (entry.input.relativePath, $0) } }
    }
    let url = folder.appending(path: FailureTable.fileName)
    guard !failures.isEmpty else {
      try? FileManager.default.removeItem(at: url)
      return
    }
    try AtomicFile.write(FailureTable.csv(failures), to: url)
  }

  /// Takes in what was written since the last time, by whomever.
  private func readOn() {
    contents.withLock { contents in
      var bytes = [UInt8](repeating: 0, count: 1 << 16)
      var text = Data()
      while case let count = pread(descriptor, &bytes, bytes.count, off_t(contents.offset + text.count)), count > 0 {
        text.append(contentsOf: bytes[..<count])
      }
      guard let end = text.lastIndex(of: UInt8(ascii: "\n")) else { return }
      contents.offset += end + 1
      let decoder = JSONDecoder()
      for line in text[..<end].split(separator: UInt8(ascii: "\n")) {
        guard let record = try? decoder.decode(Record.self, from: line) else { continue }
        contents.take(record)
      }
    }
  }
}

/// One result, for one process to make, until this object goes.
final class Claim: Sendable {
  private let journal: BatchJournal
  private let place: Int

  fileprivate init(_ journal: BatchJournal, _ place: Int) {
    self.journal = journal
    self.place = place
  }

  deinit {
    journal.release(place)
  }
}
