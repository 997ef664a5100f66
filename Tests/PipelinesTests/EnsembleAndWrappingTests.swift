import Images
import Layers
import Models
import Pipelines
import Tensors
import Testing

/// Upscaling by all eight orientations of an image, and of textures that repeat.
@Suite struct EnsembleAndWrappingTests {
  private func image(width: Int, height: Int, channels: Int = 3) -> Image {
    let random = Random(seed: 3, purpose: "image", step: 0)
    return Image(
      width: width, height: height, channels: channels,
      pixels: (0..<width * height * channels).map { 0.2 + 0.6 * random.uniform(at: $0) }, bitDepth: .sixteen)
  }

  private func largestDifference(_ a: Image, _ b: Image) -> Float {
    guard a.header == b.header else { return .infinity }
    return zip(a.pixels, b.pixels).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test(arguments: [1, 3, 4]) func anEnsembleIsTheMeanOfEightResults(channels: Int) throws {
    let image = image(width: 37, height: 22, channels: channels)
    let plain = try Upscaler(UpscalerTests.Network.srvgg.make())
    var ensemble = plain
    ensemble.usesEnsemble = true
    #expect(ensemble.identity == plain.identity + ", ensemble")
    let result = try ensemble.upscale(image)
    var sums = [Float](repeating: 0, count: result.pixels.count)
    for isMirrored in [false, true] {
      for turns in 0..<4 {
        let shown = (isMirrored ? image.flippedHorizontally() : image).turned(quarters: turns)
        let turned = try plain.upscale(shown).turned(quarters: -turns)
        let back = isMirrored ? turned.flippedHorizontally() : turned
        sums = zip(sums, back.pixels).map { $0 + $1 }
      }
    }
    #expect(zip(result.pixels, sums).allSatisfy { abs($0 - $1 / 8) < 1e-5 })
    #expect(largestDifference(result, try plain.upscale(image)) > 1e-3)
  }

  /// Also where the network works in squares of pixels, or in windows.
  @Test(arguments: [UpscalerTests.Network.rrdbx2, .msrresnet, .swinIR, .span])
  func anEnsembleInTilesIsThatOfTheWhole(kind: UpscalerTests.Network) throws {
    let image = image(width: 83, height: 50)
    var whole = try Upscaler(kind.make(), tileSize: .side(1000))
    var tiled = try Upscaler(kind.make(), tileSize: .side(32))
    (whole.usesEnsemble, tiled.usesEnsemble) = (true, true)
    #expect(largestDifference(try tiled.upscale(image), try whole.upscale(image)) < 1e-4)
  }

  /// The image, moved to the right and down; what leaves it comes in again at the opposite border.
  private func rolled(_ image: Image, right: Int, down: Int) -> Image {
    let pixels = (0..<image.height).flatMap { y in
      (0..<image.width).flatMap { x in
        let row = (y - down + image.height) % image.height
        let start = (row * image.width + (x - right + image.width) % image.width) * image.channels
        return image.pixels[start..<start + image.channels]
      }
    }
    return Image(
      width: image.width, height: image.height, channels: image.channels, pixels: pixels, bitDepth: image.bitDepth)
  }

  /// A texture has no borders: moved within itself, it gives the same result, moved.
  @Test(arguments: [UpscalerTests.Network.srvgg, .rrdbx2, .span], [nil, 1.5, 5])
  func wrappedTexturesHaveNoBorders(kind: UpscalerTests.Network, scale: Double?) throws {
    for channels in [3, 4] {
      let texture = image(width: 40, height: 24, channels: channels)
      let plain = try Upscaler(kind.make(), scale: scale, tileSize: .side(32))
      var wrapping = plain
      wrapping.wrapsAround = true
      #expect(wrapping.identity == plain.identity + ", wrapped")
      let moved = try wrapping.upscale(rolled(texture, right: 10, down: 6))
      let result = try wrapping.upscale(texture)
      let (right, down) = (Int(10 * plain.scale), Int(6 * plain.scale))
      #expect(largestDifference(moved, rolled(result, right: right, down: down)) < 1e-4)
      // Without wrapping it shows.
      let ends = try plain.upscale(rolled(texture, right: 10, down: 6))
      #expect(largestDifference(ends, rolled(try plain.upscale(texture), right: right, down: down)) > 1e-2)
    }
  }

  @Test func namesAndSizesFollowTheScale() throws {
    let network = UpscalerTests.Network.srvgg.make()
    #expect(try Upscaler(network).suffix == "-x4" && Upscaler(network, scale: 1.5).suffix == "-x1.5")
    for (scale, width, height) in [(1.5, 2, 5), (1.1, 1, 3), (7, 7, 21), (64, 64, 192)] {
      let result = try Upscaler(network, scale: scale).upscale(image(width: 1, height: 3))
      #expect((result.width, result.height) == (width, height))
    }
  }
}
