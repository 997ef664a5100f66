import Checkpoints
import Foundation
import Images
import Layers
import Models
import Server
import Tensors
import TestSupport
import Testing

/// A server on a port of its own, with a folder of its own, that stops with this object.
final class RunningServer {
  let folder: TemporaryFolder
  private(set) var server: GuiseServer
  private(set) var client: PlainClient
  private let change: (inout GuiseServer.Options) -> Void

  var state: URL { folder.url.appending(path: "outputs/.guise-serve") }

  init(_ folder: TemporaryFolder? = nil, _ change: @escaping (inout GuiseServer.Options) -> Void = { _ in }) throws {
    self.folder = try folder ?? TemporaryFolder()
    self.change = change
    (server, client) = try Self.start(self.folder, change)
  }

  deinit { server.stop() }

  /// Ends the server, and starts another with the same folder.
  func restart() throws {
    server.stop()
    (server, client) = try Self.start(folder, change)
  }

  private static func start(
    _ folder: TemporaryFolder, _ change: (inout GuiseServer.Options) -> Void
  ) throws -> (GuiseServer, PlainClient) {
    var options = GuiseServer.Options()
    options.port = 0
    options.outputs = folder.url.appending(path: "outputs", directoryHint: .isDirectory)
    change(&options)
    let server = try GuiseServer(options)
    let port = try server.start()
    let headers = options.tokens.first.map { ["Authorization": "Bearer \($0)"] } ?? [:]
    return (server, PlainClient(port: port, headers: headers))
  }

  /// Asks for a job until it has ended, and returns it.
  func end(of id: String, within seconds: Double = 60) throws -> [String: Any] {
    try waited(within: seconds) {
      let job = try client.get("/v1/jobs/\(id)").json
      return ["done", "failed", "cancelled"].contains(job["state"] as? String ?? "") ? job : nil
    }
  }

  /// The names of all files in the server's own folder, besides its jobs' records.
  var files: [String] {
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: state.path)) ?? []
    return paths.filter { path in
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: state.appending(path: path).path, isDirectory: &isFolder)
      return exists && !isFolder.boolValue && !path.hasSuffix("job.json")
    }
  }

  /// What was refused, or broken off, leaves no file. It goes a moment after the answer.
  func expectNoFiles() throws {
    try waited(within: 10) { files.isEmpty ? true : nil }
  }

  /// Adds a small upscaler with random weights, and returns its id.
  func addUpscaler(width: Int = 4, blocks: Int = 1) throws -> String {
    let (name, data) = try Self.upscaler(in: folder, width: width, blocks: blocks)
    let answer = try client.send("POST", "/v1/models?name=\(name)", body: data)
    #expect(answer.status == 201, "\(answer.text)")
    return try #require(answer.json["id"] as? String)
  }

  static func upscaler(in folder: TemporaryFolder, width: Int, blocks: Int) throws -> (name: String, data: Data) {
    var configuration = SRVGGNet.Configuration()
    (configuration.width, configuration.convolutions, configuration.scale) = (width, blocks, 2)
    let network = SRVGGNet(configuration)
    Initializer.kaiming(scale: 0.1).initialize(network, seed: 5, purpose: "upscaler")
    let file = folder.url.appending(path: "small-\(width).safetensors")
    try ModelFile.write(
      network, description: ModelDescription(task: "super-resolution", network: NetworkDescription(of: network)),
      to: file)
    return (file.lastPathComponent, try Data(contentsOf: file))
  }
}

/// An image with a little of everything, as PNG.
func photograph(_ width: Int = 24, _ height: Int = 16, seed: UInt64 = 1) throws -> Data {
  let random = Random(seed: seed, purpose: "photograph", step: 0)
  let pixels = (0..<width * height * 3).map { random.uniform(at: $0) }
  return try Image(width: width, height: height, channels: 3, pixels: pixels).encoded(as: .png, path: "photograph")
}
