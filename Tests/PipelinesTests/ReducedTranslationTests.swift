import Checkpoints
import Foundation
import Images
import Layers
import Models
import Pipelines
import Tensors
import Testing

@Suite struct ReducedTranslationTests {
  private let generator: ResNetGenerator

  init() {
    var configuration = ResNetGenerator.Configuration()
    (configuration.width, configuration.blocks) = (4, 1)
    generator = ResNetGenerator(configuration)
    Initializer.normal(deviation: 0.3).initialize(generator, seed: 3, purpose: "test")
  }

  private func upscaler(seed: UInt64 = 1) -> SRVGGNet {
    var configuration = SRVGGNet.Configuration()
    (configuration.width, configuration.convolutions, configuration.scale) = (4, 1, 4)
    let network = SRVGGNet(configuration)
    Initializer.normal(deviation: 0.05).initialize(network, seed: seed, purpose: "test")
    return network
  }

  /// Steps of colour with a little noise, so that there are edges.
  private func image(width: Int, height: Int, channels: Int = 3, depth: Image.BitDepth = .eight) -> Image {
    let random = Random(seed: 5, purpose: "image")
    let pixels = (0..<width * height * channels).map { index in
      let (x, y) = (index / channels % width, index / channels / width)
      return 0.3 * Float((x / 19 + y / 13) % 3) + 0.2 * random.uniform(at: index)
    }
    return Image(width: width, height: height, channels: channels, pixels: pixels, bitDepth: depth)
  }

  /// The reduced image, unrounded, and its translation.
  private func draft(of image: Image, width: Int, height: Int) throws -> (reduced: Image, translation: Image) {
    var colors = image.withoutAlpha()
    colors.bitDepth = .sixteen
    let reduced = colors.resized(toWidth: width, height: height)
    return (reduced, try Translator(generator).translate(reduced))
  }

  @Test(arguments: [(90, 60, 30, 20), (61, 100, 20, 33), (200, 21, 190, 20)])
  func followsTheEdgesOfThePhotograph(width: Int, height: Int, smallWidth: Int, smallHeight: Int) throws {
    let image = image(width: width, height: height)
    let (reduced, translation) = try draft(of: image, width: smallWidth, height: smallHeight)
    let upsampling = JointUpsampling(
      translation.array(range: .unit), of: reduced.array(range: .unit), variance: { _ in 0.01 })
    let expected = Image(
      array: upsampling.rows(0..<height, along: image.array(range: .unit), height: height), range: .unit)
    let result = try Translator(generator, size: 20).translate(image)
    #expect(result.header == image.header)
    let difference = zip(result.pixels, expected.pixels).map { abs($0 - $1) }.max() ?? 1
    #expect(difference < 1e-6)
    // It is not the translation of the whole.
    #expect(try result.pixels != Translator(generator).translate(image).pixels)
  }

  /// At its own size or below, an image is what it is without a size, to the bit.
  @Test(arguments: [24, 25, 1000]) func enlargesNoPhotograph(size: Int) throws {
    let image = image(width: 40, height: 24)
    let expected = try Translator(generator).translate(image)
    #expect(try Translator(generator, size: size).translate(image) == expected)
    #expect(try Translator(generator, size: size, then: Upscaler(upscaler())).translate(image) == expected)
  }

  @Test func keepsAlphaDepthAndMetadata() throws {
    for upscaler in [nil, try Upscaler(upscaler())] {
      let colors = image(width: 70, height: 45, depth: .sixteen)
      var input = try colors.withAlpha(from: image(width: 70, height: 45, channels: 2))
      input.metadata.exif = Data([1, 2])
      let translator = try Translator(generator, size: 16, then: upscaler)
      let result = try translator.translate(input)
      #expect(result.header == input.header && result.alpha == input.alpha)
      #expect(try result.withoutAlpha().pixels == translator.translate(colors).pixels)
      let gray = image(width: 70, height: 45, channels: 1)
      #expect(try translator.translate(gray).channels == 3)
    }
  }

  /// What nobody sees does not matter.
  @Test func hiddenColoursStayHidden() throws {
    let visible = image(width: 70, height: 45)
    func transparent(hiding color: Float) -> Image {
      let pixels = (0..<70 * 45).flatMap { pixel -> [Float] in
        pixel % 70 < 30 ? [color, color, color, 0] : Array(visible.pixels[3 * pixel..<3 * pixel + 3]) + [1]
      }
      return Image(width: 70, height: 45, channels: 4, pixels: pixels)
    }
    let translator = try Translator(generator, size: 16)
    #expect(try translator.translate(transparent(hiding: 0)) == translator.translate(transparent(hiding: 1)))
  }

  /// Tiles come in several rows and columns, and rows of the result are made of those of two.
  @Test(arguments: [(300, 210, 4), (520, 390, 4), (173, 131, 4), (300, 210, 2)])
  func thenEnlargesByAnUpscaler(width: Int, height: Int, scale: Double) throws {
    let image = image(width: width, height: height)
    let small = (width: Int((Double(width) * 100 / Double(height)).rounded()), height: 100)
    let (_, translation) = try draft(of: image, width: small.width, height: small.height)
    let enlarged = try Upscaler(upscaler()).upscale(translation)
    let expected = enlarged.resized(toWidth: width, height: height, filter: .lanczos)
    let result = try Translator(
      generator, size: 100, then: Upscaler(upscaler(), scale: scale, tileSize: .side(32))
    ).translate(image)
    #expect(result.header == image.header)
    let difference = zip(result.pixels, expected.pixels).map { abs($0 - $1) }.max() ?? 1
    #expect(difference < 1e-4)
  }

  @Test func stopsWhereItIsAskedTo() throws {
    struct Stop: Error {}
    final class Stopping: ImageSink {
      var fractions: [Double] = []
      func begin(_ header: ImageHeader) {}
      func append(_ part: Image) {}
      func advance(to fraction: Double) throws {
        fractions.append(fraction)
        if fraction > 0.6 { throw Stop() }
      }
    }
    let translator = try Translator(generator, size: 100, then: Upscaler(upscaler(), tileSize: .side(32)))
    let sink = Stopping()
    #expect(throws: Stop.self) { try translator.translate(image(width: 300, height: 200), into: sink) }
    #expect(sink.fractions.count > 1 && sink.fractions == sink.fractions.sorted())
  }

  @Test func everySettingHasResultsOfItsOwn() throws {
    let plain = try Translator(generator).identity
    #expect(plain == "translate, model \(generator.fingerprint.text), float32")
    let upscalers = [
      nil, try Upscaler(upscaler()), try Upscaler(upscaler(seed: 2)), try Upscaler(upscaler(), scale: 2),
    ]
    let identities = try [16, 20].flatMap { size in
      try upscalers.map { try Translator(generator, size: size, then: $0).identity }
    }
    #expect(Set(identities + [plain]).count == 9)
  }

  @Test func refusesWhatCannotBe() throws {
    #expect(throws: TranslationError.unusableSize(asked: 15, smallest: 16)) { try Translator(generator, size: 15) }
    #expect(throws: TranslationError.upscalerWithoutSize) { try Translator(generator, then: Upscaler(upscaler())) }
    let scratch = try Scratch()
    let description = ModelDescription(
      task: "cyclegan", network: NetworkDescription(ResNetGenerator.self, generator.configuration))
    try ModelFile.write(generator, description: description, to: scratch["model.safetensors"])
    let model = scratch["model.safetensors"]
    #expect(throws: CheckpointError.self) { try Translator(modelAt: model, size: 16, thenModelAt: model) }
    let error = #expect(throws: ModelError.self) { try Translator(modelAt: model, size: 3) }
    #expect(error?.description.hasSuffix("cannot work at a size of 3 pixels, expected at least 16") == true)
  }
}
