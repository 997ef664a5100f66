import Checkpoints
import Foundation
import Layers
import Models
import Tensors
import TestSupport
import Testing

/// Tests of a network that is added to the list. They run in separate processes, because other tests rely on the list
/// as it is.
@Suite struct OwnNetworkTests {
  private static func network() -> OwnNetwork {
    let network = OwnNetwork(OwnNetwork.Configuration())
    Initializer.normal(deviation: 0.2).initialize(network, seed: 1, purpose: "test")
    for (_, statistic) in network.namedStatistics {
      statistic.value = NDArray(repeating: 0.5, shape: statistic.value.shape)
    }
    return network
  }

  private static func write(to url: URL, storage: NamedTensor.Storage = .float32) throws {
    let network = network()
    var description = ModelDescription(task: "paired", network: NetworkDescription(of: network))
    description.name = "mine"
    try ModelFile.write(network, description: description, storage: storage, to: url)
  }

  @Test func isReadByAProcessThatKnowsIt() async throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let path = folder.url.appending(path: "own.safetensors").path
    try Self.write(to: URL(filePath: path))
    await #expect(processExitsWith: .success) { [path = path as String] in
      Networks.add(OwnNetwork.self)
      let model = try ModelFile(contentsOf: URL(filePath: path))
      #expect(model.isSelfDescribed)
      #expect(model.description.network == NetworkDescription(OwnNetwork.self, OwnNetwork.Configuration()))
      let (found, expected) = (try #require(model.generator() as? OwnNetwork), OwnNetworkTests.network())
      #expect(found.parameters.map(\.value) == expected.parameters.map(\.value))
      #expect(found.namedStatistics.map(\.statistic.value) == expected.namedStatistics.map(\.statistic.value))
      // Tensors have our layouts, and the names of their paths in the network.
      #expect(model.file.array(named: "blocks.1.convolution.weight") == found.blocks[1].convolution.weight.value)

      let text = try ModelInspection(contentsOf: URL(filePath: path)).text()
      #expect(text.contains("  network     own, blocks 2, width 4\n"), "\(text)")
      #expect(text.contains("  parameters  527\n"), "\(text)")
      #expect(Networks.benchmarks.last?.name == "own")
      #expect(Networks.benchmark(named: "own")?.network.inputChannels == 3)
    }
  }

  @Test func isNamedWhereItIsNotKnown() throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let url = folder.url.appending(path: "own.safetensors")
    try Self.write(to: url)
    let error = #expect(throws: CheckpointError.self) { try ModelFile(contentsOf: url) }
    #expect(
      error?.problem
        == "holds the network own, this program knows resnet, unet, encoderUNet, colorBins, eccv16, siggraph17, "
        + "deoldify, ddcolor, srresnet, msrresnet, rrdb, srvgg, span, realplksr, swinir, hat, dat, srformer, omnisr, "
        + "classifier, connectedClassifier, connected, dcgan, residual, stylegan2 and biggan")
  }

  @Test func halvesItsWeights() async throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let path = folder.url.appending(path: "own.safetensors").path
    try Self.write(to: URL(filePath: path), storage: .float16)
    await #expect(processExitsWith: .success) { [path = path as String] in
      Networks.add(OwnNetwork.self)
      let found = try ModelFile(contentsOf: URL(filePath: path)).generator()
      for (left, right) in zip(OwnNetworkTests.network().parameters, found.parameters) {
        for (exact, stored) in zip(left.value.scalars, right.value.scalars) {
          #expect(stored == (left.role == .weight ? Float(Float16(exact)) : exact))
        }
      }
    }
  }

  /// A description that does not fit its file must not make the program allocate more memory than the file's size.
  @Test func isNotBuiltUnlessItsShapesMatchTheFile() async throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let path = folder.url.appending(path: "own.safetensors").path
    try Self.write(to: URL(filePath: path))
    await #expect(processExitsWith: .success) { [path = path as String] in
      Networks.add(OwnNetwork.self)
      let written = try TensorFile(contentsOf: URL(filePath: path))
      let tensors = written.names.compactMap { name in written.array(named: name).map { NamedTensor(name, $0) } }
      for (blocks, width, problem) in [
        ("64", "1024", "is described as a generator (own, blocks 64, width 1024), but "),
        ("2", "1000000000", "describes a network that cannot be built (own): width is 1000000000, expected "),
        ("4611686018427387904", "4", "describes a network that cannot be built (own): blocks is "),
      ] {
        var metadata = written.metadata
        metadata["guise.settings"] =
          "{\"blocks\":\(blocks),\"inputChannels\":3,\"outputChannels\":3,\"width\":\(width)}"
        try Safetensors.write(tensors, metadata: metadata, to: URL(filePath: path))
        let error = #expect(throws: CheckpointError.self) { try ModelFile(contentsOf: URL(filePath: path)) }
        #expect(error?.problem.hasPrefix(problem) == true, "\(error?.problem ?? "")")
      }
      // If it were built, the first network would take 2.4 GB.
      let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      let peak = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
      let kilobytes = try #require(peak.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) })
      #expect(kilobytes < 500_000)
    }
  }

  @Test func isNotWrittenAsSomethingElse() throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let url = folder.url.appending(path: "x.safetensors")
    let description = ModelDescription(task: "paired", network: NetworkDescription(UNetGenerator.self))
    let error = #expect(throws: CheckpointError.self) {
      try ModelFile.write(Self.network(), description: description, to: url)
    }
    #expect(error?.problem.contains("but hold own, blocks 2, width 4") == true)
    #expect(!FileManager.default.fileExists(atPath: url.path))
  }
}
