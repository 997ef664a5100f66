import Checkpoints
import Foundation
import Images
import Layers
import Models
import Testing

@Suite struct ColorizeCommandTests {
  private let guise: GuiseProgram

  init() throws {
    guise = try GuiseProgram()
    try writeModel("models/colorize.safetensors")
    try guise.writeModel("translates.safetensors")
  }

  /// A small network with random weights.
  private func writeModel(_ path: String) throws {
    var configuration = ResNetGenerator.Configuration()
    (configuration.inputChannels, configuration.outputChannels) = (1, 2)
    (configuration.width, configuration.blocks) = (4, 1)
    let network = ResNetGenerator(configuration)
    Initializer.normal(deviation: 0.1).initialize(network, seed: 1, purpose: "test")
    try guise.write(path, Data())
    try ModelFile.write(
      network,
      description: ModelDescription(
        task: "colorization", network: NetworkDescription(ResNetGenerator.self, configuration)), to: guise[path])
  }

  /// With a small model in place of the bundled one.
  private func colorize(_ arguments: String...) throws -> GuiseProgram.Result {
    try guise.run(["colorize", "-o", "out"] + arguments, environment: ["GUISE_MODELS": guise["models"].path])
  }

  /// Bright bars on dark ground.
  private func writeBars(_ path: String, width: Int, height: Int, bitDepth: Image.BitDepth = .eight) throws {
    let pixels = (0..<width * height).map { $0 % width / 5 % 2 == 0 ? 0.3 : 0.6 as Float }
    let image = Image(width: width, height: height, channels: 1, pixels: pixels, bitDepth: bitDepth)
    try guise.write(path, image.encoded(as: path.hasSuffix(".png") ? .png : .jpeg(), path: path))
  }

  @Test func colorizesAFolderWithTheBundledModel() throws {
    try writeBars("in/a.jpg", width: 33, height: 20)
    try writeBars("in/sub/b.png", width: 50, height: 40, bitDepth: .sixteen)
    try guise.writeImage("in/c.png", color: [0.5, 0.4, 0.3, 0.5])
    let first = try colorize("-i", "in", "--size", "64")
    #expect(first.status == 0 && first.output.isEmpty && first.errors.contains("3 colorized"), "\(first.errors)")
    let results = try ["a.jpg", "sub/b.png", "c.png"].map { try Image(contentsOf: guise["out/\($0)"]) }
    #expect(results.map(\.width) == [33, 50, 20] && results.map(\.channels) == [3, 3, 4])
    #expect(results.map(\.bitDepth) == [.eight, .sixteen, .eight])
    #expect(results[0].colorfulness() > 5 && results[1].colorfulness() > 5)
    #expect(try colorize("-i", "in", "--size", "64").errors.contains("0 colorized, 3 skipped"))
    #expect(try colorize("-i", "in", "--size", "48").errors.contains("3 colorized"))
  }

  @Test func strengthZeroIsGray() throws {
    try writeBars("a.png", width: 40, height: 30)
    let result = try colorize("-i", "a.png", "--strength", "0", "-m", "models/colorize.safetensors", "--quiet")
    #expect(result.status == 0 && result.errors.isEmpty)
    let (image, input) = (try Image(contentsOf: guise["out/a.png"]), try Image(contentsOf: guise["a.png"]))
    #expect(image.pixels == input.withColors().pixels)
  }

  @Test(arguments: [
    (["-m", "translates.safetensors"], "guise: translates.safetensors is a ResNet generator"),
    (["-m", "gone.pth"], "guise: gone.pth: there is no such file"),
    (["-m", "in"], "guise: in holds no generator.safetensors"),
    (["--size", "31"], "guise: --size is 31, expected 32 to 2048"),
    (["--strength", "2.5"], "guise: --strength is 2.5, expected 0 to 2"),
    (["--vivid", "1.5"], "guise: --vivid is 1.5, expected 0 to 1"),
    ([], "guise: there is no file colorize and no bundled model of that name"),
  ])
  func saysInOneLineWhyNothingCouldBeDone(arguments: [String], message: String) throws {
    try writeBars("in/a.png", width: 20, height: 20)
    let result = try guise.run(
      ["colorize", "-i", "in", "-o", "out"] + arguments, environment: ["GUISE_MODELS": guise["in"].path])
    #expect(result.status == 2 && result.output.isEmpty)
    #expect(result.errors.hasPrefix(message), "\(result.errors)")
    #expect(result.errorLines.count == 1)
  }

  @Test func vividnessIsForModelsWithBins() throws {
    try writeBars("in/a.png", width: 20, height: 20)
    let refused = try colorize("-i", "in", "--vivid", "0.5")
    #expect(refused.status == 2 && refused.errorLines.count == 1 && refused.errors.contains("leave --vivid out"))
    let network = ColorBinNetwork()
    ColorBinNetwork.initializer(for: network.configuration).initialize(network, seed: 2, purpose: "test")
    try ModelFile.write(
      network, description: ModelDescription(task: "colorization", network: NetworkDescription(of: network)),
      to: guise["bins.safetensors"])
    for (vividness, outcome) in [("0.2", "1 colorized"), ("0.2", "1 skipped"), ("0.3", "1 colorized")] {
      let result = try colorize("-i", "in", "-m", "bins.safetensors", "--vivid", vividness)
      #expect(result.status == 0 && result.errors.contains(outcome), "\(result.errors)")
    }
  }

  @Test func aModelThatTranslatesIsSentToItsCommand() throws {
    try writeBars("in/a.png", width: 20, height: 20)
    let result = try colorize("-i", "in", "-m", "translates.safetensors")
    #expect(result.status == 2 && result.errors.contains("use guise translate"), "\(result.errors)")
  }

  @Test func otherCommandsSendHere() throws {
    try writeBars("in/a.png", width: 20, height: 20)
    for command in ["translate", "upscale"] {
      let result = try guise.run([command, "-i", "in", "-o", "out", "-m", "models/colorize.safetensors"])
      #expect(result.status == 2 && result.errors.contains("guise colorize"), "\(result.errors)")
    }
  }

  @Test func helpHoldsAnExample() throws {
    let result = try guise.run(["colorize", "--help"])
    #expect(result.status == 0 && result.output.contains("Example: guise colorize"))
  }
}
