import Files
import Foundation
import Synchronization

/// How much may still be written to the server's folder.
final class DiskShare: Sendable {
  private let folder: URL
  private let limits: ServerLimits
  private let measured = Mutex<(time: ContinuousClock.Instant, used: Int)?>(nil)

  /// Adding up all files takes a while, and is done again only so often.
  private static let pause = Duration.seconds(5)

  init(_ folder: URL, limits: ServerLimits) {
    (self.folder, self.limits) = (folder, limits)
  }

  /// In bytes; 0 where there is none.
  var room: Int { max(0, min(limits.diskBytes - used, free - limits.freeBytes)) }

  private var free: Int { FreeSpace.bytes(in: folder) ?? .max }

  private var used: Int {
    measured.withLock { measured in
      if let measured, ContinuousClock.now - measured.time < Self.pause { return measured.used }
      var used = 0
      for case let path as String in FileManager.default.enumerator(atPath: folder.path) ?? .init() {
        var status = stat()
        if lstat(folder.appending(path: path).path, &status) == 0 { used += Int(status.st_size) }
      }
      measured = (.now, used)
      return used
    }
  }
}
