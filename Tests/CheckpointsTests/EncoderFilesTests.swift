import Checkpoints
import Foundation
import Layers
import Models
import Tensors
import Testing

/// Files of the networks that begin with EfficientNet-Lite0.
@Suite struct EncoderFilesTests {
  private static func encoderUNet(_ channels: (Int, Int)) -> NetworkDescription {
    NetworkDescription(EncoderUNet.self, inputChannels: channels.0, outputChannels: channels.1)
  }

  private static let networks: [(network: NetworkDescription, task: String, summary: String)] = [
    (encoderUNet((3, 3)), "paired", "U-Net with EfficientNet-Lite0 as its encoder, 3 to 3 channels"),
    (encoderUNet((1, 2)), "colorization", "U-Net with EfficientNet-Lite0 as its encoder, 1 to 2 channels"),
    (
      NetworkDescription(ColorBinNetwork.self), "colorization",
      "network of 224 colour bins, with EfficientNet-Lite0 as its encoder"
    ),
  ]

  /// With the file's description and without it.
  @Test(arguments: networks)
  private func areReadBack(network: NetworkDescription, task: String, summary: String) throws {
    let generator = try #require(network.makeTranslationNetwork())
    network.initializer.initialize(generator, seed: 1, purpose: "test")
    for (index, (_, statistic)) in generator.namedStatistics.enumerated() {
      statistic.value = NDArray(repeating: 1 + Float(index) / 64, shape: statistic.value.shape)
    }
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "own.safetensors")
      try ModelFile.write(generator, description: ModelDescription(task: task, network: network), to: url)
      let model = try ModelFile(contentsOf: url)
      #expect(model.isSelfDescribed && model.description == ModelDescription(task: task, network: network))
      let bare = folder.appending(path: "bare.safetensors")
      try Safetensors.write(NamedTensor.all(of: generator, keys: network.tensorKeys), to: bare)
      for url in [url, bare] {
        let copy = try ModelFile(contentsOf: url).generator()
        #expect(copy.parameters.map(\.value) == generator.parameters.map(\.value))
        #expect(copy.namedStatistics.map(\.statistic.value) == generator.namedStatistics.map(\.statistic.value))
      }
      let text = try ModelInspection(contentsOf: bare).text()
      #expect(text.contains("  task        \(task) (told from the tensors)\n"), "\(text)")
      #expect(text.contains("  network     \(summary)\n"), "\(text)")
    }
  }

  @Test func aColorBinNetworkMakesColorsAlone() throws {
    let network = NetworkDescription(ColorBinNetwork.self, inputChannels: 3, outputChannels: 3)
    #expect(network.problem == "it turns lightness into colours, 1 to 2 channels, not 3 to 3 channels")
  }

  private static func write(classes: Int, to url: URL, besides left: String? = nil) throws -> EfficientNetLite0 {
    var configuration = EfficientNetLite0.Configuration()
    configuration.classes = classes
    let network = EfficientNetLite0(configuration)
    Initializer.kaiming(scale: 1).initialize(network, seed: 1, purpose: "test")
    let tensors = NamedTensor.all(of: network, keys: EfficientNetLite0.tensorKeys(for: configuration))
    try Safetensors.write(tensors.filter { $0.name != left }, to: url)
    return network
  }

  @Test func aClassifierIsReadBack() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "classifier.safetensors")
      let network = try Self.write(classes: 5, to: url)
      let copy = try EfficientNetLite0(contentsOf: url)
      #expect(copy.configuration.classes == 5)
      #expect(copy.parameters.map(\.value) == network.parameters.map(\.value))
      let summary = "EfficientNet-Lite0, a classifier whose encoder other networks can begin with"
      let text = try ModelInspection(contentsOf: url).text()
      #expect(text.contains("  network  \(summary)\n"), "\(text)")
      let error = #expect(throws: CheckpointError.self) { try ModelFile(contentsOf: url) }
      #expect(error?.problem.hasPrefix("is \(summary); expected a generator: ResNet generator") == true)
    }
  }

  @Test func whatIsNoClassifierIsRefused() throws {
    let other = #expect(throws: CheckpointError.self) {
      try EfficientNetLite0(contentsOf: Golden.url("classifier.pth"))
    }
    #expect(
      other?.problem == "is not EfficientNet-Lite0: expected its PyTorch file, with tensors such as _conv_stem.weight "
        + "and _fc.weight")
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "classifier.safetensors")
      _ = try Self.write(classes: 5, to: url, besides: "_blocks.3._bn1.running_var")
      let broken = #expect(throws: CheckpointError.self) { try EfficientNetLite0(contentsOf: url) }
      #expect(broken?.problem == "is not EfficientNet-Lite0: _blocks.3._bn1.running_var [144] is missing")
    }
  }
}
