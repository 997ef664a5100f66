import Foundation
import Pipelines
import Testing

@Suite struct SpillFileTests {
  @Test func keepsWhatItIsGiven() throws {
    let file = try SpillFile(in: FileManager.default.temporaryDirectory)
    let bytes = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    try bytes.withUnsafeBytes { try file.write($0, at: 1000) }
    var read = [UInt8](repeating: 0, count: 500)
    try read.withUnsafeMutableBytes { try file.read($0, at: 2000) }
    #expect(read == Array(bytes[1000..<1500]))
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "needs /dev/full"))
  func saysThatTheDiskIsFull() throws {
    let folder = URL(filePath: "/somewhere")
    let file = SpillFile(descriptor: open("/dev/full", O_RDWR), folder: folder)
    let error = #expect(throws: TranslationError.self) {
      try [UInt8](repeating: 1, count: 100).withUnsafeBytes { try file.write($0, at: 0) }
    }
    #expect(error == .temporaryFile(folder: "/somewhere", reason: "No space left on device"))
  }
}
