import Foundation

/// A file's size and modification time, which reveal a change without reading the file.
public struct FileStamp: Codable, Sendable, Equatable {
  /// In bytes.
  public var size: Int
  /// In seconds since 1970.
  public var changed: Double

  /// Some file systems store times in steps of two seconds; others round them only some time after the write.
  private static let clockStep = 2.0

  public init(size: Int, changed: Double) {
    self.size = size
    self.changed = changed
  }

  /// The stamp of the file at a path, following links; nil if there is none.
  public init?(_ url: URL) {
    var status = stat()
    guard stat(url.path, &status) == 0 else { return nil }
    self.init(status)
  }

  init(_ status: stat) {
    size = Int(status.st_size)
    changed = Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
  }

  /// Equality for a file just written, whose time the file system may still round.
  public func isWithinAClockStep(of other: FileStamp) -> Bool {
    size == other.size && abs(changed - other.changed) <= Self.clockStep
  }
}
