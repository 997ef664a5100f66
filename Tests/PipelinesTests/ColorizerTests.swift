import Checkpoints
import Foundation
import Images
import Layers
import Models
import Pipelines
import Tensors
import TestSupport
import Testing

@Suite struct ColorizerTests {
  private func network(channels: (Int, Int) = (1, 2), deviation: Float = 0.5) -> ResNetGenerator {
    var configuration = ResNetGenerator.Configuration()
    (configuration.inputChannels, configuration.outputChannels) = channels
    (configuration.width, configuration.blocks) = (4, 1)
    let network = ResNetGenerator(configuration)
    Initializer.normal(deviation: deviation).initialize(network, seed: 3, purpose: "test")
    return network
  }

  /// Rectangles of different shades with grain, in gray or in colour.
  private func image(width: Int, height: Int, channels: Int = 1, bitDepth: Image.BitDepth = .eight) -> Image {
    let random = Random(seed: 5, purpose: "image")
    let largest: Float = bitDepth == .eight ? 255 : 65535
    let pixels = (0..<width * height).flatMap { pixel in
      let (x, y) = (pixel % width, pixel / width)
      return (0..<channels).map { channel in
        let shape = Float((x / 23 + y / 17 * 3 + channel) % 7) / 7
        let sample = 0.1 + 0.8 * shape + 0.1 * random.uniform(at: pixel * channels + channel)
        return (sample * largest).rounded() / largest
      }
    }
    return Image(width: width, height: height, channels: channels, pixels: pixels, bitDepth: bitDepth)
  }

  /// As read back from a file of 8 or 16 bits.
  private func written(_ image: Image) throws -> Image {
    try Image(encoded: image.encoded(as: .png, path: "result.png"), path: "result.png")
  }

  /// The largest difference between two images' lightness, as gray samples of 0...1.
  private func lightnessDifference(_ first: Image, _ second: Image) -> Float {
    func gray(_ image: Image) -> [Float] {
      let array = image.lightnessArray()
      return Image(lightness: array, chroma: NDArray(repeating: 0, shape: [1, image.height, image.width, 2])).pixels
    }
    return zip(gray(first), gray(second)).map { abs($0 - $1) }.max() ?? 0
  }

  private func largestDifference(_ first: Image, _ second: Image) -> Float {
    zip(first.pixels, second.pixels).map { abs($0 - $1) }.max() ?? 0
  }

  @Test(arguments: [(256, 256), (4000, 90)]) func keepsTheLightness(width: Int, height: Int) throws {
    for channels in [1, 3] {
      let input = image(width: width, height: height, channels: channels)
      let result = try written(Colorizer(network()).colorize(input))
      #expect((result.width, result.height, result.channels) == (width, height, 3))
      #expect(result.colorfulness() > 30, "colours too weak to show anything")
      #expect(lightnessDifference(result, input) <= 1 / 255)
    }
  }

  @Test func sixteenBitsStaySixteen() throws {
    let input = image(width: 300, height: 200, bitDepth: .sixteen)
    let result = try written(Colorizer(network()).colorize(input))
    #expect(result.bitDepth == .sixteen)
    #expect(lightnessDifference(result, input) <= 8 / 65535)
    #expect(result.pixels.contains { ($0 * 255).rounded() != $0 * 255 })
  }

  @Test func strengthMultipliesTheColors() throws {
    let input = image(width: 120, height: 80)
    let network = network(deviation: 0.02)
    let results = try [0, 0.5, 1].map { try Colorizer(network, strength: $0).colorize(input) }
    #expect(largestDifference(results[0], input.withColors()) < 1e-5)
    #expect(results[0].colorfulness() == 0)
    let (half, whole) = (results[1].labArrays().chroma.scalars, results[2].labArrays().chroma.scalars)
    let inGamut = zip(half, whole).count { abs(2 * $0 - $1) < 1e-3 }
    #expect(results[2].colorfulness() > 1.5 * results[1].colorfulness() && results[1].colorfulness() > 1)
    #expect(inGamut > half.count / 2)
  }

  @Test func graySepiaAndColorsOfOneLightnessLookAlike() throws {
    let gray = image(width: 90, height: 70)
    let lightness = gray.lightnessArray()
    func tinted(_ chroma: (Int) -> [Float]) -> Image {
      let array = NDArray((0..<90 * 70).flatMap(chroma), shape: [1, 70, 90, 2])
      return Image(lightness: lightness, chroma: array)
    }
    let sepia = tinted { _ in [0.03, 0.12] }
    let colored = tinted { [$0 % 2 == 0 ? 0.1 : -0.1, Float($0 % 90) / 900 - 0.05] }
    #expect(sepia.colorfulness() > 5 && colored.colorfulness() > 5)
    let colorizer = try Colorizer(network())
    let expected = try colorizer.colorize(gray)
    for other in [gray.withColors(), sepia, colored] {
      let result = try colorizer.colorize(other)
      #expect(largestDifference(result, expected) < 0.01)
    }
    #expect(try colorizer.colorize(gray.withColors()) == expected)
  }

  @Test func keepsAlphaAndMetadata() throws {
    var input = image(width: 50, height: 40, channels: 2)
    input.metadata.exif = Data([1, 2])
    let result = try Colorizer(network()).colorize(input)
    #expect(result.channels == 4 && result.alpha == input.alpha && result.metadata == input.metadata)
    #expect(try Colorizer(network()).colorize(input.withoutAlpha()).pixels == result.withoutAlpha().pixels)
  }

  @Test(arguments: [(1, 1), (2, 1), (3000, 2), (5, 700)]) func takesAnySize(width: Int, height: Int) throws {
    let input = image(width: width, height: height)
    // Enough for 1024x256 pixels, but not for the whole length with a shorter side of 256.
    var colorizer = try Colorizer(network())
    colorizer.memoryLimit = 64 << 20
    let result = try colorizer.colorize(input)
    #expect((result.width, result.height) == (width, height))
    #expect(lightnessDifference(result, input) < 1e-3)
  }

  @Test func worksAtTheSizeAskedFor() throws {
    let input = image(width: 200, height: 150)
    let network = network()
    let sizes = try [64, 150].map { try Colorizer(network, size: $0) }
    #expect(try sizes[0].colorize(input) != sizes[1].colorize(input))
    // The network's input would be 2731x2048.
    var large = try Colorizer(network, size: 2048)
    large.memoryLimit = 16 << 20
    #expect(throws: TranslationError.self) { try large.colorize(input) }
  }

  /// Networks made to colour photographs see them at their own size, some as squares.
  @Test func showsPhotographsAsNetworksAreUsedToThem() throws {
    let photograph = Size(height: 300, width: 800)
    func small<N: ColorizingNetwork>(_ network: N.Type, _ settings: [(String, String)]) throws -> any TranslationNetwork
    {
      var description = NetworkDescription(network)
      for (name, text) in settings {
        let isSet = description.set(name, to: text)
        try #require(isSet, "\(name)")
      }
      return try #require(description.makeTranslationNetwork())
    }
    let zhang = try small(ECCV16.self, [("width", "1"), ("bins", "2")])
    let blocks = ("encoderDepths", "[1, 1, 1, 1]")
    let deOldify = try small(DeOldify.self, [("width", "1"), blocks, ("decoderWidths", "[8, 8, 8, 8]")])
    let ddColor = try small(
      DDColor.self,
      [("width", "1"), blocks, ("decoderWidth", "2"), ("queryWidth", "8"), ("queries", "2"), ("hidden", "1")])
    #expect(try Colorizer(zhang).workingSize(for: photograph) == Size(height: 256, width: 683))
    #expect(try Colorizer(deOldify).workingSize(for: photograph) == Size(560))
    #expect(try Colorizer(ddColor).workingSize(for: photograph) == Size(512))
    #expect(try Colorizer(deOldify, size: 336).workingSize(for: photograph) == Size(336))
    for network in [zhang, deOldify, ddColor] {
      Initializer.kaiming(scale: 1).initialize(network, seed: 1, purpose: "test")
      let input = image(width: 130, height: 50)
      let result = try written(Colorizer(network, size: 70).colorize(input))
      #expect((result.width, result.height) == (130, 50))
      #expect(lightnessDifference(result, input) <= 1 / 255)
    }
  }

  @Test func flatColorsComeOutAsTheNetworkGivesThem() throws {
    // A network whose output is its last bias everywhere.
    let network = network(deviation: 0)
    let bias = try #require(network.parameters.last { $0.value.shape == [2] })
    bias.value = NDArray([0.3, -0.2], shape: [2])
    let input = image(width: 400, height: 300)
    let result = try Colorizer(network, strength: 1).colorize(input)
    let (chroma, lightness) = (result.labArrays().chroma.scalars, input.lightnessArray().scalars)
    let expected = (tanh(Float(0.3)), tanh(Float(-0.2)))
    for pixel in lightness.indices
    where LabColor(
      lightness: 50 * (lightness[pixel] + 1), a: 110 * expected.0, b: 110 * expected.1
    ).isDisplayable {
      #expect(abs(chroma[2 * pixel] - expected.0) < 1e-4 && abs(chroma[2 * pixel + 1] - expected.1) < 1e-4)
    }
  }

  @Test func loadsAFileOrARunsFolder() throws {
    let scratch = try Scratch()
    let network = network()
    let description = ModelDescription(task: "colorization", network: NetworkDescription(of: network))
    try ModelFile.write(network, description: description, to: scratch["generator.safetensors"])
    let input = image(width: 40, height: 30)
    let expected = try Colorizer(network, size: 64).colorize(input)
    for url in [scratch.root, scratch["generator.safetensors"]] {
      #expect(try Colorizer(modelAt: url, size: 64).colorize(input) == expected)
    }
    try FileManager.default.removeItem(at: scratch["generator.safetensors"])
    #expect(
      throws: ModelError.noModelInFolder(path: scratch.root.relativePath, expected: "generator.safetensors")
    ) { try Colorizer(modelAt: scratch.root) }
    #expect(throws: CheckpointError.self) { try Colorizer(modelAt: scratch["gone.pth"]) }
  }

  @Test func refusesWhatItCannotDo() {
    #expect(throws: ColorizationError.unusableChannels(input: 3, output: 3)) {
      try Colorizer(network(channels: (3, 3)))
    }
    #expect(throws: ColorizationError.unusableSize(asked: 31)) { try Colorizer(network(), size: 31) }
    #expect(throws: ColorizationError.unusableStrength(asked: 2.1)) { try Colorizer(network(), strength: 2.1) }
    #expect(throws: ColorizationError.unusableVividness(asked: -0.1)) { try Colorizer(network(), vividness: -0.1) }
    #expect(throws: ColorizationError.noVividness) { try Colorizer(network(), vividness: 0.5) }
  }

  @Test func refusesAModelThatTranslates() throws {
    let scratch = try Scratch()
    let network = network(channels: (3, 3))
    let description = ModelDescription(task: "cyclegan", network: NetworkDescription(of: network))
    let file = scratch["translator.safetensors"]
    try ModelFile.write(network, description: description, to: file)
    let error = #expect(throws: ModelError.self) { try Colorizer(modelAt: file) }
    #expect(error?.description.contains("3 to 3 channels") == true, "\(error?.description ?? "")")
  }
}
