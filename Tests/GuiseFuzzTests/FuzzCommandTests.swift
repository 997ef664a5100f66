import Foundation
import TestSupport
import Testing

/// Runs the built program as a user would.
struct FuzzCommandTests {
  private static let golden = URL(filePath: #filePath).appending(path: "../../ImagesTests/Golden").standardized
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func fuzz(_ arguments: String...) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = BuiltProgram.url("guise-fuzz")
    process.arguments = arguments + [Self.golden.path]
    process.currentDirectoryURL = folder.url
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  private var findings: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder.url.appending(path: "outputs/fuzz").path)) ?? []
  }

  @Test func readersStandMutants() throws {
    let result = try fuzz("--count", "300", "--seconds-each", "60")
    #expect(result.status == 0 && result.output.hasPrefix("300 mutants of "), "\(result.output)")
    #expect(findings.isEmpty)
  }

  /// No process fits into this little memory, so each mutant is kept, and the next one is still read.
  @Test func whatIsTooMuchIsKept() throws {
    #expect(try fuzz("--count", "2", "--first", "7", "--memory", "1").status == 1)
    let first = findings.sorted()
    #expect(first.count == 2 && first[0].hasPrefix("1-7-") && first[1].hasPrefix("1-8-"))
    let file = folder.url.appending(path: "outputs/fuzz/\(first[0])")
    let bytes = try Data(contentsOf: file)
    #expect(try fuzz("--count", "1", "--first", "7", "--memory", "1").status == 1)
    #expect(try Data(contentsOf: file) == bytes)
  }

  @Test func whatIsMissingIsAnError() throws {
    let result = try fuzz("--count", "1", "none")
    #expect(result.status != 0 && result.output.isEmpty)
  }
}
