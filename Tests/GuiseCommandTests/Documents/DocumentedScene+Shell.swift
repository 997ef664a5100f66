import Foundation

extension DocumentedScene {
  struct Result {
    let status: Int32
    let errors: String
  }

  /// Programs that do nothing but note, or start, what they are given.
  func writeStandIns() throws {
    try writeProgram(
      "stand-ins/guise",
      """
      printf '%s\\0' "$@" > "$(mktemp "$NOTES/XXXXXX")"
      """)
    try writeProgram("stand-ins/python", "exit 1")
    for launcher in ["mpirun", "srun", "podman"] {
      try writeProgram(
        "stand-ins/\(launcher)",
        """
        while [ $# -gt 0 ]; do
          case $1 in guise | sh) exec "$@" ;; esac
          shift
        done
        echo \(launcher) starts no program >&2
        exit 1
        """)
    }
  }

  /// Runs a command to its end in a copy of the scene, with the program on the path.
  func run(_ command: DocumentedCommand) throws -> Result {
    try inCopy { folder in try shell(command.text + "\nstatus=$?; wait; exit $status", in: folder, path: "bin") }
  }

  /// What the program would be given by a command, each time that it names the program.
  func arguments(of command: DocumentedCommand) throws -> [[String]] {
    try inCopy { folder in
      let notes = folder.appending(path: "notes")
      try FileManager.default.createDirectory(at: notes, withIntermediateDirectories: true)
      // Commands look for a Python of the user's before they begin.
      let text = command.text.replacing(".venv/bin/python", with: guise["stand-ins/python"].path)
      let result = try shell(
        text, in: folder, path: "stand-ins",
        environment: [
          "NOTES": notes.path, "SLURM_ARRAY_TASK_ID": "1", "SLURM_CPUS_PER_TASK": "2", "OMPI_COMM_WORLD_RANK": "0",
        ])
      guard result.status == 0 else { throw Failure(result.errors) }
      return try FileManager.default.contentsOfDirectory(atPath: notes.path).map { name in
        let words = try String(contentsOf: notes.appending(path: name), encoding: .utf8)
        return words.split(separator: "\0", omittingEmptySubsequences: false).dropLast().map(String.init)
      }
    }
  }

  /// Calls `body` with a copy of the scene, whose files share those of the scene: the program replaces files, and changes none.
  func inCopy<Value>(_ body: (URL) throws -> Value) throws -> Value {
    let copy = guise["copy-\(UUID().uuidString)"]
    guard try shell("cp -al scene \(copy.lastPathComponent)", in: guise.folder).status == 0 else {
      throw Failure("the scene cannot be copied")
    }
    defer { try? FileManager.default.removeItem(at: copy) }
    return try body(copy)
  }

  /// - Parameter path: a folder beside the scene, of which programs are taken first.
  func shell(
    _ script: String, in folder: URL, path: String = "bin", environment: [String: String] = [:]
  ) throws -> Result {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", script]
    process.currentDirectoryURL = folder
    let programs = ["PATH": "\(guise[path].path):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"]
    process.environment = ProcessInfo.processInfo.environment.merging(programs) { $1 }.merging(environment) { $1 }
    let errors = guise["errors-\(UUID().uuidString)"]
    try Data().write(to: errors)
    defer { try? FileManager.default.removeItem(at: errors) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    return Result(status: process.terminationStatus, errors: try String(contentsOf: errors, encoding: .utf8))
  }

  private func writeProgram(_ path: String, _ script: String) throws {
    try guise.write(path, Data("#!/bin/sh\n\(script)\n".utf8))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: guise[path].path)
  }
}
