import Foundation
import TestSupport

/// `guise serve` as a process of its own, in a temporary folder, that ends with this object.
final class ServingProgram {
  let folder: TemporaryFolder
  let client: PlainClient
  private let process = Process()

  init(_ folder: TemporaryFolder, _ arguments: String...) throws {
    self.folder = folder
    let output = Pipe()
    process.executableURL = BuiltProgram.url("guise")
    process.arguments = ["serve", "--port", "0"] + arguments
    process.currentDirectoryURL = folder.url
    process.standardOutput = output
    try process.run()
    // It prints its address once it answers.
    var text = ""
    while true {
      let piece = output.fileHandleForReading.availableData
      guard !piece.isEmpty else { throw PlainClient.Broken() }
      text += String(decoding: piece, as: UTF8.self)
      guard let match = text.firstMatch(of: /http:\/\/[^\/]+:(\d+)\//), let port = Int(match.1) else { continue }
      client = PlainClient(port: port)
      return
    }
  }

  deinit {
    process.terminate()
    process.waitUntilExit()
  }

  var address: String { "http://127.0.0.1:\(client.port)/" }

  /// The most memory that it has had at any time, in MiB.
  func mostMemory() throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
    guard let match = status.firstMatch(of: /VmHWM:\s+(\d+) kB/), let size = Int(match.1) else {
      throw PlainClient.Broken()
    }
    return size >> 10
  }
}
