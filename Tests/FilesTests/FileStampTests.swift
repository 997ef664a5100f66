import Files
import Foundation
import TestSupport
import Testing

@Suite struct FileStampTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func tellsAChangedFile() throws {
    let url = try folder.add("photo", Data([1, 2, 3]))
    let stamp = try #require(FileStamp(url))
    #expect(stamp == FileStamp(url) && stamp.size == 3)
    #expect(FileStamp(folder.url.appending(path: "missing")) == nil)

    try AtomicFile.write(Data([4, 5, 6]), to: url)
    let later = try #require(FileStamp(url))
    #expect(later != stamp && later.isWithinAClockStep(of: stamp))
    try AtomicFile.write(Data([1, 2, 3, 4]), to: url)
    #expect(try !#require(FileStamp(url)).isWithinAClockStep(of: stamp))
  }

  @Test func isKnownBeforeAFileHasItsName() throws {
    let url = folder.url.appending(path: "result")
    let file = try FileInProgress(for: url)
    try Data([1, 2]).withUnsafeBytes { try file.append($0) }
    let stamp = try file.sync(changed: 1_000_000_000.5)
    #expect(FileStamp(url) == nil && stamp == FileStamp(size: 2, changed: 1_000_000_000.5))
    try file.commit()
    #expect(stamp == FileStamp(url))
  }

  @Test func aFileThatIsNotCommittedLeavesNothing() throws {
    let url = try folder.add("result", Data([9]))
    var file: FileInProgress? = try FileInProgress(for: url)
    try file?.sync()
    file = nil
    #expect(try Data(contentsOf: url) == Data([9]))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["result"])
  }

  @Test func surviveTheJourneyThroughJSON() throws {
    let stamp = try #require(FileStamp(folder.add("photo", Data([1]))))
    #expect(try JSONDecoder().decode(FileStamp.self, from: JSONEncoder().encode(stamp)) == stamp)
  }
}
