import Files
import Foundation
import Images
import Synchronization

/// Records what a folder's results were made from: one line of JSON per result, in the folder's `.guise-journal`,
/// written when the result is on disk and just before it gets its final name.
///
/// Several processes may work on one folder. Each claims a result before making it, by a lock on the journal that ends
/// with the process, and reads in the journal what the others have made. A line that a killed process left half-written
/// is ignored.
final class BatchJournal: Sendable {
  struct Record: Codable, Sendable {
    /// The result's path below the folder.
    var output: String
    var input: String
    /// Nil if there was no file.
    var inputStamp: FileStamp?
    /// Stands for the command, its model and its settings.
    var identity: String
    /// The model's name, for people; nil in journals of earlier versions.
    var maker: String?
    /// The result's stamp; nil if there is no result, because of `failure`.
    var result: FileStamp?
    var failure: String?

    private enum CodingKeys: String, CodingKey {
      case output, input, inputStamp, maker, result, failure
      case identity = "work"
    }
  }

  /// How one of a plan's results compares with the journal.
  enum Standing: Equatable {
    case missing
    /// Made from the input as it is now, with the same identity.
    case current
    /// Made from an earlier version of the input, or with another identity.
    case outdated
    /// A file that no batch has made, or that was changed later.
    case unknown
    /// Another process has failed to make it since this one began.
    case failedElsewhere(reason: String)
  }

  static let fileName = ".guise-journal"

  private struct Contents {
    /// By the result's path, oldest first.
    var records: [String: [Record]] = [:]
    /// The reasons, by path, for results whose last attempt failed.
    var failures: [String: String] = [:]
    /// Paths of results that were made, and of those that failed, since this process began.
    var madeSince: Set<String> = [], failedSince: Set<String> = []
    /// The identity of the newest result.
    var newestIdentity: String?
    /// The offset up to which the file has been read.
    var offset = 0

    mutating func take(_ record: Record) {
      failures[record.output] = record.failure
      if record.failure == nil {
        records[record.output, default: []].append(record)
        madeSince.insert(record.output)
        newestIdentity = record.identity
      } else {
        failedSince.insert(record.output)
      }
    }
  }

  private let folder: URL
  private let descriptor: Int32
  private let locks: ByteLocks
  private let contents = Mutex(Contents())

  /// The bytes of the journal that serve as locks: one while a line is appended, and one for each claimed result,
  /// by the hash of its path.
  private enum LockedByte {
    static let appending = 0
    static let firstClaim = 1
  }

  /// Opens a folder's journal, creating both if needed. Throws `FileError`.
  init(_ folder: URL) throws {
    self.folder = folder
    try Folder.make(folder)
    let url = folder.appending(path: Self.fileName)
    descriptor = open(url.path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw FileError.cannotWrite(path: url.relativePath, reason: String(cString: strerror(errno)))
    }
    locks = ByteLocks(onFile: descriptor)
    readOn()
    contents.withLock { ($0.madeSince, $0.failedSince) = ([], []) }
  }

  deinit {
    close(descriptor)
  }

  /// Nil if another process has claimed the result.
  func claim(_ output: String) -> Claim? {
    let byte = LockedByte.firstClaim + Int(Fingerprint(of: output).value >> 2)
    return locks.take(byte, .exclusive) ? Claim(self, byte) : nil
  }

  fileprivate func release(_ byte: Int) {
    locks.release(byte)
  }

  /// Only claim the result first: otherwise the answer may be outdated at once.
  ///
  /// - Parameter remakes: whether results made before this process began count as outdated.
  func standing(of entry: OutputPlan.Entry, identity: String, remakes: Bool) -> Standing {
    readOn()
    return contents.withLock { contents in
      if contents.failedSince.contains(entry.relativePath) {
        return .failedElsewhere(reason: contents.failures[entry.relativePath] ?? "")
      }
      guard let result = FileStamp(entry.output) else { return .missing }
      guard !remakes || contents.madeSince.contains(entry.relativePath) else { return .outdated }
      let made = contents.records[entry.relativePath]?.last { $0.result?.isWithinAClockStep(of: result) ?? false }
      guard let made else { return .unknown }
      return made.inputStamp == FileStamp(entry.input) && made.identity == identity ? .current : .outdated
    }
  }

  /// What an entry's result depends on besides its image: the batch's identity, and how the file is written.
  static func identity(_ identity: String, _ format: ImageFileFormat, _ metadata: ImageMetadata.Policy) -> String {
    "\(identity), \(format), metadata: \(metadata)"
  }

  /// The beginning of an identity: the command and its model, without settings.
  private static func model(of identity: String) -> String {
    identity.components(separatedBy: ", ").prefix(2).joined(separator: ", ")
  }

  /// Throws `OutputPlanError.madeOtherwise` if results that another model has made would be replaced. If the newest
  /// result is this model's, replacing them has begun before, and goes on.
  ///
  /// - Parameter identity: an entry's.
  func checkModel(
    of entries: [OutputPlan.Entry], maker: String, identity: (OutputPlan.Entry) -> String
  ) throws(OutputPlanError) {
    let others = contents.withLock { contents -> [Record] in
      let newest = contents.newestIdentity.map(Self.model)
      var others: [Record] = []
      for entry in entries {
        let own = Self.model(of: identity(entry))
        if own == newest { return [] }
        guard let result = FileStamp(entry.output),
          let made = contents.records[entry.relativePath]?.last(where: {
            $0.result?.isWithinAClockStep(of: result) ?? false
          })
        else { continue }
        if Self.model(of: made.identity) != own { others.append(made) }
      }
      return others
    }
    guard let other = others.first else { return }
    throw .madeOtherwise(path: folder.relativePath, count: others.count, maker: other.maker, asked: maker)
  }

  /// Throws `FileError`.
  func append(_ record: Record) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // The leading line break ends a line that a killed process may have left half-written.
    let line = Data("\n".utf8) + (try encoder.encode(record)) + Data("\n".utf8)
    locks.wait(for: LockedByte.appending, .exclusive)
    defer { locks.release(LockedByte.appending) }
    try line.withUnsafeBytes { bytes in
      let written = Foundation.write(descriptor, bytes.baseAddress, bytes.count)
      guard written == bytes.count, fdatasync(descriptor) == 0 else {
        throw FileError.writing(folder.appending(path: Self.fileName).relativePath, written < 0 ? errno : ENOSPC)
      }
    }
  }

  /// Lists a plan's inputs that cannot be read or whose last attempt failed, in any process, in the folder's `failures.csv`; if there are
  /// none, the file is deleted.
  func writeFailures(of plan: OutputPlan) throws {
    locks.wait(for: LockedByte.appending, .exclusive)
    defer { locks.release(LockedByte.appending) }
    readOn()
    let failures = contents.withLock { contents in
      plan.unreadable.map { ($0.path, $0.description) }
        + plan.entries.compactMap { entry in
          contents.failures[entry.relativePath].map { (entry.input.relativePath, $0) }
        }
    }
    let url = folder.appending(path: FailureTable.fileName)
    guard !failures.isEmpty else {
      try? FileManager.default.removeItem(at: url)
      return
    }
    try AtomicFile.write(FailureTable.csv(failures), to: url)
  }

  /// Reads what any process has appended since the last call.
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

/// Reserves one result for one process, until this object is released.
final class Claim: Sendable {
  private let journal: BatchJournal
  private let byte: Int

  fileprivate init(_ journal: BatchJournal, _ byte: Int) {
    self.journal = journal
    self.byte = byte
  }

  deinit {
    journal.release(byte)
  }
}
