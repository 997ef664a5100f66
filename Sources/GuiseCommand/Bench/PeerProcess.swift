import Files
import Foundation

/// The other side of a comparison: `Peers/peers.py` and what it imports, run by the user's Python. It answers requests,
/// one line each way, and sleeps in between.
final class PeerProcess {
  struct Engine: Decodable {
    /// The engine's name in requests.
    let name: String
    /// The engine's name in reports: "OpenVINO 2026.4.1 bfloat16".
    let title: String
  }

  /// An engine whose Python packages are missing.
  struct MissingEngine: Codable {
    let engine: String
    let packages: [String]
  }

  /// Why a request failed; the process goes on.
  struct Failure: Error, Decodable, CustomStringConvertible {
    let failure: String
    var description: String { failure }
  }

  static let packages = "torch numpy onnx onnxruntime openvino ncnn pnnx"

  /// Finds a Python by its path, or by its name on `PATH`.
  static func executable(_ python: String) throws -> URL {
    guard let found = ProgramOnPath.find(python) else { throw notExecutable(python) }
    return found
  }

  fileprivate static func notExecutable(_ python: String) -> PeerError {
    PeerError(
      "--python: \(python) is no program that can be run; expected is Python with torch, as had by: python3 -m venv "
        + ".venv && .venv/bin/pip install \(packages)")
  }

  let engines: [Engine]
  let missing: [MissingEngine]
  private let line: Line

  /// - Parameters:
  ///   - python: a path, or the name of a program on `PATH`.
  ///   - folder: holds the files that the two sides exchange.
  ///   - work: a network's name, "train" or "depthwise".
  ///   - onGPU: whether PyTorch computes on its GPU.
  init(python: String, folder: URL, work: String, threads: Int, onGPU: Bool) throws {
    struct Greeting: Decodable {
      let engines: [Engine]
      let missing: [MissingEngine]
    }
    line = try Line(python: python, folder: folder, arguments: [work, String(threads), onGPU ? "cuda" : "cpu"])
    do {
      let greeting: Greeting = try line.answer()
      (engines, missing) = (greeting.engines, greeting.missing)
    } catch let error as Failure {
      throw PeerError("\(python): \(error.failure); its packages are had by \(python) -m pip install \(Self.packages)")
    }
  }

  /// Waits for the answer. Throws `Failure` if the request failed, `PeerError` if the process has ended.
  func ask<Answer: Decodable>(_ request: String) throws -> Answer {
    try line.send(request)
    return try line.answer()
  }

  func seconds(_ request: String) throws -> Double {
    struct Time: Decodable { let seconds: Double }
    let time: Time = try ask(request)
    return time.seconds
  }
}

/// Why engines cannot be compared.
struct PeerError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// The process and the lines exchanged with it.
private final class Line {
  private let python: String
  private let log: URL
  private let process = Process()
  private let (requests, answers) = (Pipe(), Pipe())
  private var unread = Data()

  private static let scripts = [
    ("depthwise", PackageResources.depthwise_py), ("forward", PackageResources.forward_py),
    ("networks", PackageResources.networks_py), ("peers", PackageResources.peers_py),
    ("tensors", PackageResources.tensors_py), ("training", PackageResources.training_py),
  ]

  init(python: String, folder: URL, arguments: [String]) throws {
    self.python = python
    log = folder.appending(path: "peers.log")
    for (name, script) in Self.scripts { try Data(script).write(to: folder.appending(path: "\(name).py")) }
    try Data().write(to: log)
    // Makes writing to a process that has ended fail, instead of ending this one.
    signal(SIGPIPE, SIG_IGN)
    process.arguments = [folder.appending(path: "peers.py").path, folder.path] + arguments
    process.standardInput = requests
    process.standardOutput = answers
    process.standardError = try FileHandle(forWritingTo: log)
    process.executableURL = try PeerProcess.executable(python)
    do {
      try process.run()
    } catch {
      throw PeerProcess.notExecutable(python)
    }
  }

  deinit {
    guard process.isRunning else { return }
    process.terminate()
    process.waitUntilExit()
  }

  func send(_ request: String) throws {
    if let signal = Interruption.signal { throw ExitStatus.interrupted(signal: signal) }
    do {
      try requests.fileHandleForWriting.write(contentsOf: Data("\(request)\n".utf8))
    } catch {
      throw end
    }
  }

  func answer<Answer: Decodable>() throws -> Answer {
    while !unread.contains(UInt8(ascii: "\n")) {
      let data = answers.fileHandleForReading.availableData
      if data.isEmpty { throw end }
      unread += data
    }
    let line = unread.prefix { $0 != UInt8(ascii: "\n") }
    unread = Data(unread.dropFirst(line.count + 1))
    let decoder = JSONDecoder()
    if let failure = try? decoder.decode(PeerProcess.Failure.self, from: line) { throw failure }
    do {
      return try decoder.decode(Answer.self, from: line)
    } catch {
      throw PeerError("\(python) answers with \(String(decoding: line.prefix(200), as: UTF8.self)): is it Python?")
    }
  }

  /// Why no more lines follow, with the last line of the process's standard error.
  private var end: any Error {
    if let signal = Interruption.signal { return ExitStatus.interrupted(signal: signal) }
    process.waitUntilExit()
    let how = process.terminationReason == .exit ? "status" : "signal"
    let complaints = (try? String(contentsOf: log, encoding: .utf8))?.split(whereSeparator: \.isNewline) ?? []
    let last = complaints.last.map { ": \($0)" } ?? ""
    return PeerError(
      "\(python) ended with \(how) \(process.terminationStatus) in the middle of the comparison\(last.prefix(500)); see "
        + "that it runs the packages \(PeerProcess.packages) and that --size leaves it memory")
  }
}
