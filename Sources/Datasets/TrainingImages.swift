import Foundation
import Images
import Threads

/// A folder's images to train on: those whose headers can be read, which is found out before the first is drawn.
public struct TrainingImages: Sendable {
  /// The folder's.
  package let path: String
  public let files: [URL]
  let headers: [ImageHeader]
  package let damaged: DamagedImages
  /// What was left out of the folder, and what in it cannot be read.
  public let notices: [String]

  /// Reads the header of every image. Throws `DatasetError` for a folder without images or with too many that cannot be
  /// read.
  public init(_ folder: ImageFolder) throws {
    try self.init(folder.files, in: folder.url, notices: folder.notices)
  }

  /// The same of some files in a folder.
  init(_ all: [URL], in folder: URL, notices: [String] = []) throws {
    path = folder.relativePath
    self.notices = notices
    let results = Self.headers(of: all)
    damaged = DamagedImages(in: path, total: all.count)
    let readable = zip(all, results).compactMap { file, result in (try? result.get()).map { (file, $0) } }
    (files, headers) = (readable.map(\.0), readable.map(\.1))
    try damaged.add(results.problems)
  }

  /// In the files' order.
  static func headers(of files: [URL]) -> [Result<ImageHeader, any Error>] {
    [Result<ImageHeader, any Error>](unsafeUninitializedCapacity: files.count) { results, count in
      let results = results
      ThreadPool.run(count: files.count) { index in
        results.initializeElement(at: index, to: Result { try ImageHeader(contentsOf: files[index]) })
      }
      count = files.count
    }
  }

  /// Remarks since the last call, one line each.
  package func newNotices() -> [String] { damaged.newNotices() }

  public var count: Int { files.count }
  public subscript(index: Int) -> URL { files[index] }

  /// Whether none of them has colours.
  public var areGray: Bool { headers.allSatisfy { $0.channels < 3 } }

  /// What is read of an image or, where it turns out that it cannot be read, of the next that can.
  func reading<Value>(_ index: Int, _ read: (URL) throws -> Value) throws -> Value {
    try damaged.reading(index, of: count) { try read(files[$0]) }
  }

  /// What is read of the first images; of those that turn out to be unreadable nothing.
  package func readingAll<Value>(atMost most: Int = .max, _ read: (URL) throws -> Value) throws -> [Value] {
    try (0..<min(most, count)).compactMap { try damaged.passing(over: $0) { try read(files[$0]) } }
  }
}

extension [Result<ImageHeader, any Error>] {
  /// What is wrong with those that could not be read.
  var problems: [String] {
    compactMap { result in
      if case .failure(let error) = result { return "\(error)" }
      return nil
    }
  }
}
