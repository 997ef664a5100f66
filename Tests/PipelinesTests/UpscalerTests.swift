import Foundation
import Images
import Layers
import Models
import Pipelines
import Tensors
import Testing

@Suite struct UpscalerTests {
  enum Network: String, CaseIterable {
    case srvgg, bilinearSRVGG, msrresnet, directMSRResNet, rrdbx4, rrdbx2, srresnet, boundedSRResNet, span, realPLKSR,
      swinIR
    case srFormer

    /// A narrow network with random weights and most of its output between 0 and 1.
    func make(channels: Int = 3) -> any UpscalingNetwork {
      let network: any UpscalingNetwork
      switch self {
      case .srvgg, .bilinearSRVGG:
        var configuration = SRVGGNet.Configuration()
        configuration.base = self == .srvgg ? .nearest : .bilinear
        (configuration.width, configuration.convolutions) = (16, 4)
        (configuration.inputChannels, configuration.outputChannels) = (channels, channels)
        network = SRVGGNet(configuration)
      case .msrresnet, .directMSRResNet:
        var configuration = MSRResNet.Configuration()
        (configuration.width, configuration.blocks) = (16, 2)
        configuration.upsampling = self == .msrresnet ? .stepwise : .direct
        network = MSRResNet(configuration)
      case .rrdbx4, .rrdbx2:
        var configuration = RRDBNet.Configuration()
        (configuration.width, configuration.growth, configuration.blocks) = (16, 8, 1)
        configuration.scale = self == .rrdbx4 ? 4 : 2
        network = RRDBNet(configuration)
      case .srresnet, .boundedSRResNet:
        var configuration = SRResNet.Configuration()
        (configuration.width, configuration.blocks) = (16, 2)
        configuration.variant = self == .srresnet ? .linear : .bounded
        network = SRResNet(configuration)
      case .span:
        var configuration = SPAN.Configuration()
        (configuration.width, configuration.blocks) = (16, 2)
        network = SPAN(configuration)
      case .realPLKSR:
        var configuration = RealPLKSR.Configuration()
        (configuration.width, configuration.blocks, configuration.kernel) = (8, 2, 7)
        (configuration.largeChannels, configuration.norm) = (3, .layer)
        network = RealPLKSR(configuration)
      case .swinIR:
        var configuration = SwinIR.Configuration()
        (configuration.width, configuration.hidden, configuration.window) = (12, 16, 4)
        (configuration.depths, configuration.heads, configuration.upsamplingWidth) = ([2, 1], [2, 3], 8)
        network = SwinIR(configuration)
      case .srFormer:
        var configuration = SRFormer.Configuration()
        (configuration.width, configuration.hidden, configuration.window) = (12, 16, 8)
        (configuration.depths, configuration.heads, configuration.upsampling) = ([2], [3], .none)
        configuration.scale = 1
        network = SRFormer(configuration)
      }
      // SPAN's features are made from values in 0 to 255, and squared in its blocks.
      let isSPAN = self == .span
      Initializer.kaiming(scale: isSPAN ? 0.4 : 1).initialize(network, seed: 3, purpose: "test")
      for (name, parameter) in network.namedParameters
      where name.hasPrefix(isSPAN ? "upsampling" : "last") || name.hasPrefix("head.last") {
        let center: Float = [.rrdbx4, .rrdbx2, .srresnet, .span].contains(self) ? 0.5 : 0
        let spread: Float = isSPAN ? 0.02 : 0.05
        let values = parameter.value.scalars.map { name.hasSuffix("bias") ? center : spread * $0 }
        parameter.value = NDArray(values, shape: parameter.value.shape)
      }
      return network
    }
  }

  private func image(width: Int, height: Int, channels: Int = 3, bitDepth: Image.BitDepth = .sixteen) -> Image {
    let random = Random(seed: 5, purpose: "image")
    let pixels = (0..<width * height * channels).map { random.uniform(at: $0) }
    return Image(width: width, height: height, channels: channels, pixels: pixels, bitDepth: bitDepth)
  }

  private func largestDifference(_ a: Image, _ b: Image) -> Float {
    guard a.header == b.header else { return .infinity }
    return zip(a.pixels, b.pixels).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test(arguments: Network.allCases, [(171, 83), (64, 193)])
  func tiledEqualsWhole(kind: Network, size: (width: Int, height: Int)) throws {
    let network = kind.make()
    let image = image(width: size.width, height: size.height)
    let whole = try Upscaler(network, tileSize: .side(1000)).upscale(image)
    // Tiles are compared with the network's own output for the whole image.
    let (bottom, right) = (-size.height & (network.sizeMultiple - 1), -size.width & (network.sizeMultiple - 1))
    let padded = Tensor(image.array(range: .unit)).padded(Padding(bottom: bottom, right: right), mode: .reflection)
    let output = Image(array: withoutGradients { network(padded) }.value, range: .unit)
      .cropped(x: 0, y: 0, width: whole.width, height: whole.height)
    #expect(zip(whole.pixels, output.pixels).allSatisfy { abs($0 - $1) < 1e-4 })
    #expect(whole.pixels.count { $0 > 0 && $0 < 1 } > whole.pixels.count / 2)
    for tile in [32, 48, 64] {
      let tiled = try Upscaler(network, tileSize: .side(tile)).upscale(image)
      let difference = largestDifference(tiled, whole)
      print("\(kind.rawValue), \(size.width)x\(size.height), tiles of \(tile): largest difference \(difference)")
      #expect(difference < 1e-4)
    }
  }

  /// A network that only enlarges bilinearly.
  private var bilinear: MSRResNet {
    var configuration = MSRResNet.Configuration()
    (configuration.width, configuration.blocks) = (8, 1)
    return MSRResNet(configuration)
  }

  @Test(arguments: [1, 1.5, 2, 3, 4.3, 6], [3, 4])
  func otherScalesAreTheNetworksResultResized(scale: Double, channels: Int) throws {
    let network = Network.msrresnet.make()
    let image = image(width: 75, height: 40, channels: channels)
    let full = try Upscaler(network).upscale(image)
    let (width, height) = (Int((75 * scale).rounded()), Int((40 * scale).rounded()))
    let expected = full.resized(toWidth: width, height: height, filter: .lanczos)
    for tile in [32, 1000] {
      let result = try Upscaler(network, scale: scale, tileSize: .side(tile)).upscale(image)
      let difference = largestDifference(result, expected)
      print("scale \(scale), \(channels) channels, tiles of \(tile): largest difference \(difference)")
      #expect(difference < 1e-3)
    }
  }

  @Test func grayStaysGray() throws {
    let gray = image(width: 20, height: 11, channels: 1)
    let ofColors = Network.srvgg.make()
    let result = try Upscaler(ofColors).upscale(gray)
    #expect((result.width, result.height, result.channels, result.bitDepth) == (80, 44, 1, .sixteen))
    let output = withoutGradients { ofColors(Tensor(gray.array(range: .unit))) }.value
    #expect(result.pixels == Image(array: output, range: .unit).grayscale().pixels)

    let ofGray = Network.srvgg.make(channels: 1)
    let direct = withoutGradients { ofGray(Tensor(gray.array(channels: 1, range: .unit))) }.value
    #expect(try Upscaler(ofGray).upscale(gray).pixels == Image(array: direct, range: .unit).pixels)
  }

  /// Red, green and blue stay equal, whatever the network makes of the three channels, in tiles as in one piece. One level
  /// of difference still counts as gray, two do not.
  @Test func grayStoredInColorsStaysGray() throws {
    let gray = image(width: 70, height: 11, channels: 2)
    let network = Network.srvgg.make()
    let expected = try Upscaler(network).upscale(gray).withColors()
    let result = try Upscaler(network).upscale(gray.withColors())
    #expect(result.looksGray)
    // Luma of equal channels is their value but for rounding.
    #expect(zip(result.pixels, expected.pixels).allSatisfy { abs($0 - $1) < 1e-4 })

    func tinted(by levels: Float) throws -> Image {
      var pixels = gray.withColors().pixels
      pixels[4 * 37] = pixels[4 * 37 + 1] + levels / 255
      let tinted = Image(width: gray.width, height: gray.height, channels: 4, pixels: pixels, bitDepth: .sixteen)
      return try Upscaler(network, tileSize: .side(32)).upscale(tinted)
    }
    #expect(try tinted(by: 1).looksGray)
    #expect(try !tinted(by: 2).looksGray)
  }

  @Test func aNetworkOfGrayGetsEachColorByItself() throws {
    let upscaler = try Upscaler(Network.srvgg.make(channels: 1), tileSize: .side(32))
    let image = image(width: 40, height: 21)
    let result = try upscaler.upscale(image)
    for channel in 0..<3 {
      let plane = Image(
        width: 40, height: 21, channels: 1,
        pixels: stride(from: channel, to: image.pixels.count, by: 3).map { image.pixels[$0] },
        bitDepth: .sixteen)
      let expected = try upscaler.upscale(plane).pixels
      #expect(stride(from: channel, to: result.pixels.count, by: 3).map { result.pixels[$0] } == expected)
    }
  }

  @Test func keepsDepthAndMetadata() throws {
    var image = image(width: 5, height: 4, bitDepth: .eight)
    image.metadata = ImageMetadata(exif: Data([1, 2]), iccProfile: Data([3]))
    let result = try Upscaler(bilinear).upscale(image)
    #expect(result.metadata == image.metadata && result.bitDepth == .eight)
  }

  /// A disc with a soft border; fully transparent pixels have the colour `hidden`.
  private func disc(hidden: Float, channels: Int) -> Image {
    let color: [Float] = channels == 4 ? [0.9, 0.1, 0.2] : [0.7]
    let pixels = (0..<40 * 40).flatMap { i in
      let distance = (Float(i / 40) - 20) * (Float(i / 40) - 20) + (Float(i % 40) - 20) * (Float(i % 40) - 20)
      let alpha = min(1, max(0, 12.5 - distance.squareRoot()))
      return (alpha > 0 ? color : color.map { _ in hidden }) + [alpha]
    }
    return Image(width: 40, height: 40, channels: channels, pixels: pixels, bitDepth: .sixteen)
  }

  @Test(arguments: [2, 4], [2, 4])
  func transparentBordersHaveNoFringes(channels: Int, scale: Double) throws {
    for tile in [32, 1000] {
      let upscaler = try Upscaler(bilinear, scale: scale, tileSize: .side(tile))
      let (onBlack, onWhite) = (
        try upscaler.upscale(disc(hidden: 0, channels: channels)),
        try upscaler.upscale(disc(hidden: 1, channels: channels))
      )
      #expect(onBlack == onWhite)
      let color = disc(hidden: 0, channels: channels).pixels[(20 * 40 + 20) * channels..<(20 * 40 + 21) * channels - 1]
      let visible = stride(from: 0, to: onBlack.pixels.count, by: channels).filter {
        onBlack.pixels[$0 + channels - 1] > 0
      }
      let worst = visible.reduce(Float(0)) { worst, pixel in
        let alpha = onBlack.pixels[pixel + channels - 1]
        return zip(color, onBlack.pixels[pixel..<pixel + channels - 1]).reduce(worst) {
          max($0, abs($1.0 - $1.1) * alpha)
        }
      }
      print("\(channels) channels, scale \(scale), tiles of \(tile): on any ground off by at most \(worst)")
      #expect(worst < 1e-5)
    }
  }

  @Test func alphaIsBicubicAndStaysWholeWhereItWas() throws {
    let disc = disc(hidden: 0, channels: 4)
    let result = try Upscaler(Network.msrresnet.make(), tileSize: .side(32)).upscale(disc)
    let alpha = Image(width: 40, height: 40, channels: 1, pixels: try #require(disc.alpha), bitDepth: .sixteen)
    let expected = alpha.resized(toWidth: 160, height: 160, filter: .bicubic).pixels
    let difference = zip(try #require(result.alpha), expected).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
    #expect(difference < 1e-5)
    #expect(result.alpha?[80 * 160 + 80] == 1 && result.alpha?[0] == 0)
  }

  @Test(arguments: Network.allCases)
  func takesTheSmallestImages(kind: Network) throws {
    let upscaler = try Upscaler(kind.make())
    for (width, height, channels) in [(1, 1, 3), (1, 1, 2), (3, 2, 4)] {
      let image = image(width: width, height: height, channels: channels)
      let result = try upscaler.upscale(image)
      let scale = Int(upscaler.scale)
      #expect((result.width, result.height) == (width * scale, height * scale))
      #expect(result.channels == channels && result.pixels.allSatisfy { (0...1).contains($0) })
    }
  }

  @Test func takesALongNarrowImage() throws {
    let image = Image(
      width: 65_000, height: 3, channels: 1, pixels: (0..<195_000).map { Float($0 % 251) / 255 }, bitDepth: .sixteen)
    let result = try Upscaler(bilinear).upscale(image)
    #expect((result.width, result.height) == (260_000, 12))
    let output = withoutGradients { bilinear(Tensor(image.array(range: .unit))) }.value
    var expected = Image(array: output, range: .unit).grayscale()
    expected.bitDepth = .sixteen
    #expect(largestDifference(result, expected) < 1e-5)
  }

  @Test func tellsHowMuchIsDone() throws {
    final class Listener: ImageSink {
      var fractions: [Double] = []
      func begin(_ header: ImageHeader) {}
      func append(_ part: Image) {}
      func advance(to fraction: Double) { fractions.append(fraction) }
    }
    let listener = Listener()
    try Upscaler(bilinear, tileSize: .side(32)).upscale(image(width: 64, height: 40), into: listener)
    #expect(listener.fractions == [0.25, 0.5, 0.75])
  }

  @Test func refusesWhatItCannotDo() throws {
    for scale in [0, 0.99, 64.5, .infinity, .nan] {
      #expect(throws: UpscalingError.self) { try Upscaler(bilinear, scale: scale) }
    }
    #expect(throws: UpscalingError.tileTooSmall(asked: 31)) { try Upscaler(bilinear, tileSize: .side(31)) }
    var configuration = SRVGGNet.Configuration()
    configuration.inputChannels = 1
    configuration.outputChannels = 2
    #expect(throws: UpscalingError.unusableChannels(input: 1, output: 2)) {
      try Upscaler(SRVGGNet(configuration))
    }
  }

  /// Whatever the image is, results are gray or in colour as the network makes them.
  @Test(arguments: [(1, 3), (3, 1)], [1, 2, 3, 4])
  func resultsMayHaveOtherChannels(of network: (input: Int, output: Int), channels: Int) throws {
    var configuration = SPAN.Configuration()
    (configuration.width, configuration.blocks, configuration.normalizes) = (8, 1, false)
    (configuration.inputChannels, configuration.outputChannels) = network
    let span = SPAN(configuration)
    Initializer.kaiming(scale: 0.5).initialize(span, seed: 2, purpose: "test")
    let image = image(width: 40, height: 37, channels: channels)
    let result = try Upscaler(span, tileSize: .side(32)).upscale(image)
    let hasAlpha = channels % 2 == 0
    #expect(result.channels == network.output + (hasAlpha ? 1 : 0) && result.width == 160)
    let input = image.withoutAlpha()
    let output = withoutGradients { span(Tensor(input.array(channels: network.input, range: .unit))) }.value
    var expected = Image(array: output, range: .unit)
    expected.bitDepth = .sixteen
    #expect(largestDifference(result.withoutAlpha(), expected) < 1e-4)
  }

  /// A network with statistics of the whole image sees it whole where there is memory for that.
  @Test func wholeImagesAreOneTileWhereStatisticsAreOfAll() throws {
    var configuration = RealPLKSR.Configuration()
    (configuration.width, configuration.blocks, configuration.kernel, configuration.largeChannels) = (8, 1, 5, 2)
    let network = RealPLKSR(configuration)
    Initializer.kaiming(scale: 1).initialize(network, seed: 3, purpose: "test")
    let image = image(width: 200, height: 90)
    let whole = try Upscaler(network, tileSize: .side(1000)).upscale(image)
    #expect(largestDifference(try Upscaler(network).upscale(image), whole) < 1e-5)
    let tiled = try Upscaler(network, tileSize: .side(64)).upscale(image)
    #expect(largestDifference(tiled, whole) > 1e-4)
  }

  @Test func tilesFitIntoMemory() throws {
    let network = Network.srvgg.make()
    let image = image(width: 300, height: 200)
    var upscaler = try Upscaler(network, tileSize: .side(100_000))
    upscaler.memoryLimit = 40_000_000
    let error = #expect(throws: UpscalingError.self) { try upscaler.upscale(image) }
    guard case .notEnoughMemory(100_000, let needed, 40_000_000) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    upscaler.memoryLimit = needed
    let whole = try upscaler.upscale(image)

    var automatic = try Upscaler(network)
    automatic.memoryLimit = 40_000_000
    #expect(largestDifference(try automatic.upscale(image), whole) < 1e-4)
    automatic.memoryLimit = 1_000_000
    #expect(throws: UpscalingError.self) { try automatic.upscale(image) }
  }
}
