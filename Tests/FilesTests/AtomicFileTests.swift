import Files
import Foundation
import Testing

@Suite struct AtomicFileTests {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "AtomicFileTests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test func replacesTheFileAndLeavesNothingElse() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appending(path: "größe 1.bin")
    try AtomicFile.write(Data([1, 2, 3]), to: url)
    try AtomicFile.write(Data(), to: url)
    #expect(try Data(contentsOf: url).isEmpty)
    try AtomicFile.write(Data(repeating: 7, count: 3_000_000), to: url)
    #expect(try Data(contentsOf: url) == Data(repeating: 7, count: 3_000_000))
    #expect(try names() == ["größe 1.bin"])
  }

  @Test func keepsTheOldFileWhenItsWriterThrows() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appending(path: "model")
    try AtomicFile.write(Data([1]), to: url)
    #expect(throws: CancellationError.self) {
      try AtomicFile.write(to: url) { file in
        try Data([2, 3]).withUnsafeBytes { try file.append($0) }
        throw CancellationError()
      }
    }
    #expect(try Data(contentsOf: url) == Data([1]))
    #expect(try names() == ["model"])
  }

  @Test func clearsAwayWhatKilledProgramsLeft() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in [".guise-3w5e11264sgsf.tmp", ".guise-notes", "model.tmp"] {
      try Data([1]).write(to: folder.appending(path: name))
    }
    AtomicFile.removeLeftovers(in: folder)
    AtomicFile.removeLeftovers(in: folder.appending(path: "missing"))
    #expect(try names() == [".guise-notes", "model.tmp"])
  }

  @Test func clearsAwayNothingThatIsBeingWritten() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appending(path: "model")
    try AtomicFile.write(to: url) { file in
      AtomicFile.removeLeftovers(in: folder)
      try Data([4]).withUnsafeBytes { try file.append($0) }
    }
    #expect(try Data(contentsOf: url) == Data([4]))
  }

  @Test func writesThroughASymbolicLink() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (url, link) = (folder.appending(path: "file"), folder.appending(path: "link"))
    try AtomicFile.write(Data([1]), to: url)
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: url)
    try AtomicFile.write(Data([2]), to: link)
    #expect(try Data(contentsOf: url) == Data([2]))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == url.path)
  }

  @Test func namesThePathAndTheReason() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appending(path: "missing/file")
    #expect(throws: FileError.cannotWrite(path: url.path, reason: "No such file or directory")) {
      try AtomicFile.write(Data([1]), to: url)
    }
  }
}
