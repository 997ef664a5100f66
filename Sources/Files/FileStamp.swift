import Foundation

/// A file's size and the time of its last change: what tells, without reading it, whether it is the file seen before.
public struct FileStamp: Codable, Sendable, Equatable {
  /// In bytes.
  public var size: Int
  /// In seconds since 1970.
  public var changed: Double

  /// Some file systems keep times in steps of two seconds, and others round later what they said at first.
  private static let clockStep = 2.0

  public init(size: Int, changed: Double) {
    self.size = size
    self.changed = changed
  }

  /// Of the file that a path leads to, over links; nil where there is none.
  public init?(_ url: URL) {
    var status = stat()
    guard stat(url.path, &status) == 0 else { return nil }
    self.init(status)
  }

  init(_ status: stat) {
    size = Int(status.st_size)
    changed = Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
  }

  /// Equality for a file just written.
  public func isWithinAClockStep(of other: FileStamp) -> Bool {
    size == other.size && abs(changed - other.changed) <= Self.clockStep
  }
}
