import Files
import Foundation
import TestSupport
import Testing

@Suite struct FolderLockTests {
  @Test func isHeldByOneAtATime() throws {
    let folder = try TemporaryFolder()
    var first: FolderLock? = try FolderLock(folder.url)
    #expect(throws: FileError.inUse(path: folder.url.relativePath)) { try FolderLock(folder.url) }
    withExtendedLifetime(first) {}
    first = nil
    #expect(throws: Never.self) { try FolderLock(folder.url) }
  }
}
