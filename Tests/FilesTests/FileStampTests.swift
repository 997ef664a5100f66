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

  @Test func isWhatAFileWillHaveOnceItIsInItsPlace() throws {
    let url = folder.url.appending(path: "result")
    var announced: FileStamp?
    try AtomicFile.write(
      to: url, changed: 1_000_000_000.5,
      preparing: { stamp in
        announced = stamp
        #expect(FileStamp(url) == nil)
      }
    ) { file in
      try Data([1, 2]).withUnsafeBytes { try file.append($0) }
    }
    #expect(announced == FileStamp(url))
    #expect(announced == FileStamp(size: 2, changed: 1_000_000_000.5))
  }

  @Test func whatCannotBePreparedTakesNoPlace() throws {
    let url = try folder.add("result", Data([9]))
    #expect(throws: FileError.diskFull(path: "journal")) {
      try AtomicFile.write(to: url, preparing: { _ in throw FileError.diskFull(path: "journal") }) { _ in }
    }
    #expect(try Data(contentsOf: url) == Data([9]))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["result"])
  }

  @Test func surviveTheJourneyThroughJSON() throws {
    let stamp = try #require(FileStamp(folder.add("photo", Data([1]))))
    #expect(try JSONDecoder().decode(FileStamp.self, from: JSONEncoder().encode(stamp)) == stamp)
  }
}
