import Checkpoints
import Foundation
import Images
import Layers
import Models
import Synchronization
import TestSupport
import Testing

/// Runs the built program in a temporary folder of its own.
final class GuiseProgram: Sendable {
  struct Result {
    let status: Int32
    let output: String
    let errors: String

    var errorLines: [Substring] { errors.split(separator: "\n") }
  }

  let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
    .appending(path: "guise-command-\(UUID().uuidString)")

  private static let executable = BuiltProgram.url("guise")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  subscript(_ path: String) -> URL { folder.appending(path: path) }

  func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: self[path].path) }

  func write(_ path: String, _ data: Data) throws {
    try FileManager.default.createDirectory(
      at: self[path].deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: self[path])
  }

  /// An image of one colour, PNG or JPEG by the path's extension.
  func writeImage(_ path: String, width: Int = 20, height: Int = 17, color: [Float] = [0.2, 0.5, 0.7]) throws {
    let pixels = (0..<width * height).flatMap { _ in color }
    let image = Image(width: width, height: height, channels: color.count, pixels: pixels)
    let format = path.hasSuffix(".png") ? ImageFileFormat.png : .jpeg()
    try write(path, image.encoded(as: format, path: path))
  }

  /// A small generator with random weights.
  func writeModel(_ path: String) throws {
    var configuration = ResNetGenerator.Configuration()
    configuration.width = 4
    configuration.blocks = 1
    let generator = ResNetGenerator(configuration)
    Initializer.normal(deviation: 0.02).initialize(generator, seed: 1, purpose: "test")
    let description = ModelDescription(
      task: "cyclegan", direction: .aToB, network: NetworkDescription(ResNetGenerator.self, configuration))
    try ModelFile.write(generator, description: description, to: self[path])
  }

  /// A small upscaler with random weights.
  func writeUpscaler(_ path: String) throws {
    var configuration = SRVGGNet.Configuration()
    (configuration.width, configuration.convolutions, configuration.scale) = (4, 1, 2)
    let upscaler = SRVGGNet(configuration)
    Initializer.normal(deviation: 0.02).initialize(upscaler, seed: 1, purpose: "test")
    let description = ModelDescription(
      task: "super-resolution", network: NetworkDescription(SRVGGNet.self, configuration))
    try ModelFile.write(upscaler, description: description, to: self[path])
  }

  /// A port that is free for now.
  func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    (address.sin_family, address.sin_addr.s_addr) = (sa_family_t(AF_INET), inet_addr("127.0.0.1"))
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutableBytes(of: &address) { bytes in
      let pointer = bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
      return bind(descriptor, pointer, size) == 0 ? getsockname(descriptor, pointer, &size) : -1
    }
    try #require(status == 0)
    return Int(in_port_t(bigEndian: address.sin_port))
  }

  /// The identifiers of this program's processes that were started with such an argument.
  func processes(named argument: String) -> [pid_t] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap { pid_t($0) }.filter { process in
      let line = (try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)) ?? ""
      let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/cwd")
      let words = line.split(separator: "\0")
      return link == folder.path && words.first.map(String.init) == Self.executable.path
        && words.contains { $0 == argument }
    }.sorted()
  }

  /// Runs in `folder` to the end; `whileRunning` is called with the process once it has started.
  ///
  /// - Parameter launcher: a program, and its arguments, that starts this one.
  func run(
    _ arguments: [String], by launcher: [String] = [], redirecting: String? = nil, environment: [String: String] = [:],
    whileRunning: (Process) throws -> Void = { _ in }
  ) throws -> Result {
    let process = Process()
    let program =
      launcher.first.map { URL(filePath: $0) } ?? (redirecting == nil ? Self.executable : URL(filePath: "/bin/sh"))
    process.executableURL = program
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.arguments =
      redirecting.map { ["-c", "\"$0\" \"$@\" \($0)", Self.executable.path] + arguments }
      ?? (launcher.isEmpty ? arguments : launcher.dropFirst() + [Self.executable.path] + arguments)
    process.currentDirectoryURL = folder
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let outputText = Mutex("")
    let reading = DispatchGroup()
    let outputHandle = output.fileHandleForReading
    DispatchQueue.global().async(group: reading) {
      let text = String(decoding: outputHandle.readDataToEndOfFile(), as: UTF8.self)
      outputText.withLock { $0 = text }
    }
    try whileRunning(process)
    let errorText = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    reading.wait()
    process.waitUntilExit()
    return Result(status: process.terminationStatus, output: outputText.withLock { $0 }, errors: errorText)
  }
}
