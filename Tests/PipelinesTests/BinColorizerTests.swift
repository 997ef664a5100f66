import Checkpoints
import Foundation
import Images
import Layers
import Models
import Pipelines
import Tensors
import TestSupport
import Testing

@Suite struct BinColorizerTests {
  private let network: ColorBinNetwork

  init() {
    network = ColorBinNetwork()
    ColorBinNetwork.initializer(for: network.configuration).initialize(network, seed: 4, purpose: "test")
  }

  /// Slanted shades with grain, unlike their mirror image.
  private func image(width: Int, height: Int, tones: ClosedRange<Float> = 0...1) -> Image {
    let random = Random(seed: 5, purpose: "image")
    let pixels = (0..<width * height).map { pixel in
      let (x, y) = (pixel % width, pixel / width)
      let tone = 0.9 * Float((x / 23 + (x + y) / 17 * 3) % 7) / 6 + 0.1 * random.uniform(at: pixel)
      return tones.lowerBound + (tones.upperBound - tones.lowerBound) * tone
    }
    return Image(width: width, height: height, channels: 1, pixels: pixels)
  }

  /// The largest difference between the lightness of two images, in L.
  private func lightnessDifference(_ first: Image, _ second: Image) -> Float {
    50 * (zip(first.lightnessArray().scalars, second.lightnessArray().scalars).map { abs($0 - $1) }.max() ?? 0)
  }

  private func meanDifference(_ first: NDArray, _ second: NDArray) -> Float {
    zip(first.scalars, second.scalars).map { abs($0 - $1) }.reduce(0, +) / Float(first.shape.count)
  }

  @Test(arguments: [(300, 200), (1, 1), (3000, 2), (5, 700)]) func keepsTheLightness(width: Int, height: Int) throws {
    let input = image(width: width, height: height)
    let result = try Colorizer(network, vividness: 1).colorize(input)
    #expect((result.width, result.height, result.channels) == (width, height, 3))
    #expect(lightnessDifference(result, input) < 100.0 / 255)
    if height > 2 { #expect(result.colorfulness() > 10, "colours too weak to show anything") }
  }

  @Test func vividnessMixesTheLikeliestColorsAndTheGuess() throws {
    let input = image(width: 160, height: 128, tones: 0.4...0.6)
    let chroma = try [0, 0.5, 1].map {
      try Colorizer(network, strength: 0.2, vividness: $0).colorize(input).labArrays().chroma
    }
    #expect(meanDifference(chroma[0], chroma[2]) > 0.005)
    let mean = NDArray(zip(chroma[0].scalars, chroma[2].scalars).map { ($0 + $1) / 2 }, shape: chroma[1].shape)
    #expect(meanDifference(chroma[1], mean) < 1e-3)
    let usual = try Colorizer(network).identity
    #expect(try Colorizer(network, vividness: Double(ColorBinNetwork.usualVividness)).identity == usual)
    #expect(try Colorizer(network, vividness: 0.9).identity != usual)
    #expect(try Colorizer(network, size: 256).identity != usual)
  }

  @Test func mirrorImagesGetMirroredColors() throws {
    let input = image(width: 160, height: 128)
    let colorizer = try Colorizer(network)
    let (result, mirrored) = (try colorizer.colorize(input), try colorizer.colorize(input.flippedHorizontally()))
    #expect(meanDifference(result.array(), mirrored.flippedHorizontally().array()) < 1e-4)
    #expect(meanDifference(result.array(), mirrored.array()) > 0.01)
  }

  /// However faded, a photograph looks the same to the network.
  @Test func fadingHardlyChangesTheColors() throws {
    let fadings: [ClosedRange<Float>] = [0.4...0.6, 0.35...0.65, 0.5...0.7]
    let colorizer = try Colorizer(network, strength: 0.2)
    let chroma = try fadings.map { tones in
      let faded = image(width: 160, height: 128, tones: tones)
      let result = try colorizer.colorize(faded)
      #expect(lightnessDifference(result, faded) < 100.0 / 255)
      return result.labArrays().chroma
    }
    let mean = meanDifference(chroma[0], NDArray(repeating: 0, shape: chroma[0].shape))
    #expect(meanDifference(chroma[0], chroma[1]) < 0.1 * mean)
    #expect(meanDifference(chroma[0], chroma[2]) < 0.1 * mean)
  }

  @Test func onlyNarrowTonesAreStretched() {
    func stretched(_ tones: [Float]) -> [Float] {
      TonalRange.full(NDArray(tones, shape: [1, 1, tones.count, 1])).scalars
    }
    let whole = (0..<400).map { -0.9 + 1.7 * Float($0) / 399 }
    #expect(stretched(whole) == whole)
    let narrow = stretched(whole.map { 0.3 + 0.4 * $0 })
    #expect(abs(narrow[10] + 0.95) < 0.1 && abs(narrow[390] - 0.9) < 0.1)
    #expect(narrow == narrow.sorted())
    // A single speck does not count, and grain stays small.
    let (clean, specked) = (stretched(narrow.map { 0.3 * $0 }), stretched(narrow.map { 0.3 * $0 } + [1]))
    #expect(zip(clean, specked).allSatisfy { abs($0 - $1) < 0.02 })
    let grain = stretched(whole.map { 0.01 * $0 })
    #expect((grain.max() ?? 0) - (grain.min() ?? 0) < 0.1)
  }

  @Test(arguments: [0, 230, 255]) func aSingleToneStaysAsLightAsItIs(tone: Int) {
    let flat = Image(width: 40, height: 30, channels: 1, pixels: [Float](repeating: Float(tone) / 255, count: 1200))
    let lightness = flat.lightnessArray()
    #expect(TonalRange.full(lightness) == lightness)
    // Resizing may leave differences of rounding.
    let rounded = NDArray(lightness.scalars.enumerated().map { $1 + Float($0 % 3) * 1e-6 }, shape: lightness.shape)
    #expect(TonalRange.full(rounded) == rounded)
  }

  @Test(arguments: [
    (Size(height: 1000, width: 2000), Size(height: 224, width: 448)),
    (Size(height: 900, width: 1200), Size(height: 224, width: 288)),
    (Size(height: 4000, width: 2000), Size(height: 448, width: 224)),
    (Size(height: 200, width: 100), Size(height: 256, width: 128)),
    (Size(height: 160, width: 160), Size(height: 160, width: 160)),
    (Size(height: 1000, width: 7000), Size(height: 128, width: 896)),
    (Size(height: 1, width: 1), Size(height: 128, width: 128)),
    (Size(height: 1, width: 9000), Size(height: 32, width: 512)),
  ])
  func theWorkingSizeSuitsThePhotograph(photograph: Size, expected: Size) throws {
    #expect(try Colorizer(network).workingSize(for: photograph) == expected)
  }

  @Test func worksAtTheSizeAskedFor() throws {
    let size = Size(height: 150, width: 300)
    #expect(try Colorizer(network, size: 64).workingSize(for: size) == Size(height: 64, width: 128))
    #expect(try Colorizer(network, size: 500).workingSize(for: size) == Size(height: 512, width: 992))
    var large = try Colorizer(network, size: 2048)
    large.memoryLimit = 64 << 20
    #expect(throws: TranslationError.self) { try large.colorize(image(width: 30, height: 20)) }
  }

  @Test func aFilesModelTakesAVividness() throws {
    let scratch = try Scratch()
    let file = scratch["generator.safetensors"]
    try ModelFile.write(
      network, description: ModelDescription(task: "colorization", network: NetworkDescription(of: network)), to: file)
    let input = image(width: 40, height: 30)
    let expected = try Colorizer(network, vividness: 0.8).colorize(input)
    #expect(try Colorizer(modelAt: file, vividness: 0.8).colorize(input) == expected)
  }
}
