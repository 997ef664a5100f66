import Foundation
import TestSupport
import Testing

/// Asks again and again until there is an answer.
@discardableResult
func waited<Value>(within seconds: Double = 60, for answer: () throws -> Value?) throws -> Value {
  let start = ContinuousClock.now
  while ContinuousClock.now - start < .seconds(seconds) {
    if let value = try answer() { return value }
    Thread.sleep(forTimeInterval: 0.02)
  }
  throw PlainClient.Broken()
}

/// Runs a program to its end, which must be a good one.
func run(_ program: URL, _ arguments: String..., in folder: TemporaryFolder) throws {
  let process = Process()
  process.executableURL = program
  process.arguments = arguments
  process.currentDirectoryURL = folder.url
  process.standardOutput = FileHandle.nullDevice
  try process.run()
  process.waitUntilExit()
  #expect(process.terminationStatus == 0, "\(program.lastPathComponent) \(arguments)")
}

/// Takes a zip file apart.
func unzip(_ file: String, into output: String, in folder: TemporaryFolder) throws {
  try run(URL(filePath: "/usr/bin/env"), "python3", "-m", "zipfile", "-e", file, output, in: folder)
}
