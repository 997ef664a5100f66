import Checkpoints
import Foundation
import Images
import Layers
import Models
import Pipelines
import Tensors
import Testing

@Suite struct TranslatorTests {
  private func generator() -> ResNetGenerator {
    var configuration = ResNetGenerator.Configuration()
    configuration.width = 4
    configuration.blocks = 1
    let generator = ResNetGenerator(configuration)
    Initializer.normal(deviation: 0.3).initialize(generator, seed: 3, purpose: "test")
    return generator
  }

  private func unet(downsamplings: Int = 3, channels: (Int, Int) = (3, 3), norm: Norm = .batch) -> UNetGenerator {
    var configuration = UNetGenerator.Configuration()
    (configuration.inputChannels, configuration.outputChannels) = channels
    (configuration.width, configuration.downsamplings, configuration.norm) = (2, downsamplings, norm)
    let generator = UNetGenerator(configuration)
    Initializer.normal(deviation: 0.3).initialize(generator, seed: 3, purpose: "test")
    return generator
  }

  private func image(width: Int, height: Int, channels: Int = 3) -> Image {
    let random = Random(seed: 5, purpose: "image")
    let pixels = (0..<width * height * channels).map { random.uniform(at: $0) }
    return Image(width: width, height: height, channels: channels, pixels: pixels)
  }

  /// As PyTorch would: padded by reflection at the right and bottom to a multiple of 4, translated, cropped.
  @Test(arguments: [(20, 16), (21, 18), (30, 19)])
  func translatesTheImageExtendedByReflection(width: Int, height: Int) throws {
    let generator = generator()
    let image = image(width: width, height: height)
    let padding = Padding(bottom: -height & 3, right: -width & 3)
    let output = generator(Tensor(image.array()).padded(padding, mode: .reflection))
    let expected = Image(array: output.value).cropped(x: 0, y: 0, width: width, height: height)
    #expect(try Translator(generator).translate(image) == expected)
  }

  @Test(arguments: [(1, 1), (2, 40), (5, 3)])
  func takesTinyImages(width: Int, height: Int) throws {
    let result = try Translator(generator()).translate(image(width: width, height: height))
    #expect((result.width, result.height, result.channels) == (width, height, 3))
    #expect(result.pixels.allSatisfy { (0...1).contains($0) })
  }

  /// A U-Net with eight halvings takes multiples of 256 pixels, so a small image is mirrored several times.
  @Test(arguments: [(300, 200), (1, 1), (3, 70)])
  func extendsAnImageToWhatAUNetTakes(width: Int, height: Int) throws {
    let generator = unet(downsamplings: 8, norm: .instance)
    let image = image(width: width, height: height)
    func mirrored(_ position: Int, _ size: Int) -> Int {
      let phase = size == 1 ? 0 : position % (2 * size - 2)
      return phase < size ? phase : 2 * size - 2 - phase
    }
    let (extendedWidth, extendedHeight) = (width > 256 ? 512 : 256, 256)
    let pixels = (0..<extendedHeight).flatMap { y in
      (0..<extendedWidth).flatMap { x in
        let first = (mirrored(y, height) * width + mirrored(x, width)) * 3
        return image.pixels[first..<first + 3]
      }
    }
    let extended = Image(width: extendedWidth, height: extendedHeight, channels: 3, pixels: pixels)
    let output = withoutGradients { generator(Tensor(extended.array())).value }
    let expected = Image(array: output).cropped(x: 0, y: 0, width: width, height: height)
    #expect(try Translator(generator).translate(image) == expected)
  }

  @Test(arguments: [(1, 3), (3, 1), (1, 1)])
  func readsAndMakesGray(input: Int, output: Int) throws {
    let result = try Translator(unet(channels: (input, output))).translate(image(width: 9, height: 17))
    #expect((result.width, result.height, result.channels) == (9, 17, output))
  }

  @Test func refusesWhatMemoryCannotHold() throws {
    let generator = generator()
    var translator = try Translator(generator)
    // Three arrays of four channels, and six times the weights.
    func needed(width: Int) -> Int { width * 16 * 4 * 12 + generator.parameterCount * 24 }
    translator.memoryLimit = needed(width: 20)
    #expect(throws: Never.self) { try translator.translate(image(width: 20, height: 16)) }
    #expect(throws: TranslationError.notEnoughMemory(needed: needed(width: 24), available: needed(width: 20))) {
      try translator.translate(image(width: 21, height: 16))
    }
  }

  @Test func keepsAlphaDepthAndMetadata() throws {
    let colors = image(width: 18, height: 16)
    var input = try colors.withAlpha(from: image(width: 18, height: 16, channels: 2))
    input.bitDepth = .sixteen
    input.metadata.exif = Data([1, 2])
    let result = try Translator(generator()).translate(input)
    #expect(result.alpha == input.alpha)
    #expect(result.bitDepth == .sixteen)
    #expect(result.metadata == input.metadata)
    #expect(try result.withoutAlpha().pixels == Translator(generator()).translate(colors).pixels)
    #expect(try Translator(generator()).translate(image(width: 16, height: 16, channels: 2)).channels == 4)
  }

  @Test func aRunsFolderHoldsAModelForEachDirection() throws {
    let scratch = try Scratch()
    let generator = generator()
    for direction in ModelDescription.Direction.allCases {
      let description = ModelDescription(
        task: "cyclegan", direction: direction, network: NetworkDescription(of: generator))
      let file = scratch["\(direction.rawValue).safetensors"]
      try ModelFile.write(generator, description: description, to: file)
    }
    let image = image(width: 16, height: 16)
    let expected = try Translator(generator).translate(image)
    #expect(try Translator(modelAt: scratch.root).translate(image) == expected)
    #expect(try Translator(modelAt: scratch.root, direction: .bToA).translate(image) == expected)
    let file = scratch["AtoB.safetensors"]
    #expect(throws: ModelError.otherDirection(path: file.relativePath, own: "AtoB", asked: "BtoA")) {
      try Translator(modelAt: file, direction: .bToA)
    }
    try FileManager.default.removeItem(at: file)
    let expectedNames = "AtoB.safetensors or generator.safetensors"
    #expect(throws: ModelError.noModelInFolder(path: scratch.root.relativePath, expected: expectedNames)) {
      try Translator(modelAt: scratch.root)
    }
    #expect(throws: CheckpointError.self) { try Translator(modelAt: scratch["gone.pth"]) }
  }

  @Test func aPairedRunsFolderHoldsOneModel() throws {
    let scratch = try Scratch()
    let generator = unet()
    var description = ModelDescription(task: "paired", network: NetworkDescription(of: generator))
    try ModelFile.write(generator, description: description, to: scratch["generator.safetensors"])
    let image = image(width: 16, height: 16)
    let expected = try Translator(generator).translate(image)
    #expect(try Translator(modelAt: scratch.root).translate(image) == expected)
    #expect(try Translator(modelAt: scratch.root, direction: .bToA).translate(image) == expected)

    description.direction = .bToA
    try ModelFile.write(generator, description: description, to: scratch["generator.safetensors"])
    #expect(try Translator(modelAt: scratch.root).translate(image) == expected)
    #expect(throws: ModelError.otherDirection(path: scratch.root.relativePath, own: "BtoA", asked: "AtoB")) {
      try Translator(modelAt: scratch.root, direction: .aToB)
    }
  }

  @Test func refusesAModelThatColoursAndOneOfOtherChannels() throws {
    let scratch = try Scratch()
    let file = scratch["model.safetensors"]
    let colorizer = unet(channels: (1, 2))
    let color = ModelDescription(task: "colorization", network: NetworkDescription(of: colorizer))
    try ModelFile.write(colorizer, description: color, to: file)
    let error = #expect(throws: ModelError.self) { try Translator(modelAt: file) }
    #expect(error == .colorization(path: file.relativePath))
    let other = unet(channels: (4, 3))
    let paired = ModelDescription(task: "paired", network: NetworkDescription(of: other))
    try ModelFile.write(other, description: paired, to: file)
    let unusable = TranslationError.unusableChannels(input: 4, output: 3)
    #expect(throws: ModelError.translation(path: file.relativePath, unusable)) { try Translator(modelAt: file) }
    #expect(throws: unusable) { try Translator(other) }
  }
}
