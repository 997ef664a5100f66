import Foundation
import Images
import Tensors
import Testing
import Threads

/// scikit-image's results for some colours, made by scripts/golden/color.py.
private struct GoldenColors: Decodable {
  let colors: [[Float]]
  let lab: [[Double]]
  /// CIEDE2000 between each colour and the next.
  let neighborDifferences: [Double]
  /// Sharma's test data: L, a and b of one colour, of the other, and their difference.
  let pairs: [[Double]]
  let colorfulness: [String: Double]
  let meanDifference: Double

  static func read() throws -> GoldenColors {
    try JSONDecoder().decode(GoldenColors.self, from: Data(contentsOf: Golden.url("color.json")))
  }

  var labColors: [LabColor] { colors.map { LabColor(sRGB: SIMD3($0[0], $0[1], $0[2]) / 255) } }
}

extension LabColor {
  fileprivate var hue: Double { atan2(Double(b), Double(a)) }
}

extension SIMD3<Float> {
  /// Samples rounded to 8 bits.
  fileprivate var bytes: SIMD3<UInt8> { SIMD3<UInt8>((255 * self).rounded(.toNearestOrAwayFromZero)) }
}

@Suite(.serialized) struct ColorTests {
  @Test func linearLightIsTheStandards() {
    #expect(SRGB.linear(0) == 0 && SRGB.linear(1) == 1)
    #expect(abs(SRGB.linear(0.5) - 0.214041140482) < 1e-10)
    #expect(abs(SRGB.linear(10.0 / 255) - 0.0030352698) < 1e-9)
    for sample in stride(from: 0.0, through: 1, by: 1 / 1023) {
      #expect(abs(SRGB.sample(ofLinear: SRGB.linear(sample)) - sample) < 1e-6)
    }
  }

  @Test func labIsScikitImages() throws {
    let golden = try GoldenColors.read()
    for (color, expected) in zip(golden.labColors, golden.lab) {
      #expect(abs(Double(color.lightness) - expected[0]) < 1e-3)
      #expect(abs(Double(color.a) - expected[1]) < 1e-3)
      #expect(abs(Double(color.b) - expected[2]) < 1e-3)
    }
  }

  @Test func colorDifferenceIsThePapers() throws {
    let golden = try GoldenColors.read()
    #expect(golden.pairs.count == 34)
    for pair in golden.pairs {
      let colors = [pair[0..<3], pair[3..<6]].map { values in
        let values = values.map { Float($0) }
        return LabColor(lightness: values[0], a: values[1], b: values[2])
      }
      #expect(abs(colors[0].difference(to: colors[1]) - pair[6]) < 1e-4, "\(pair)")
      #expect(abs(colors[1].difference(to: colors[0]) - pair[6]) < 1e-4, "\(pair)")
    }
    let colors = golden.labColors
    for (index, expected) in golden.neighborDifferences.enumerated() {
      #expect(abs(colors[index].difference(to: colors[index + 1]) - expected) < 2e-3)
    }
  }

  @Test func imagesAreMeasuredAsDefined() throws {
    let golden = try GoldenColors.read()
    let (image, noisy) = (try Golden.image("rgb.png"), try Golden.image("rgb-noisy.png"))
    #expect(abs(image.colorfulness() - (golden.colorfulness["rgb"] ?? 0)) < 1e-3)
    #expect(abs(noisy.colorfulness() - (golden.colorfulness["rgb-noisy"] ?? 0)) < 1e-3)
    #expect(try abs(noisy.meanColorDifference(to: image) - golden.meanDifference) < 1e-3)
    #expect(try image.meanColorDifference(to: image) == 0)
    #expect(image.grayscale().colorfulness() == 0)
    #expect(try image.grayscale().meanColorDifference(to: image.grayscale().withColors()) == 0)
  }

  /// All 16,777,216 colours, one plane of equal red after another.
  @Test func everyColorComesBackFromLab() {
    var others = 0
    for red in 0..<256 {
      let bytes = (0..<65536).flatMap { [UInt8(red), UInt8($0 >> 8), UInt8($0 & 255)] }
      let image = Image(width: 256, height: 256, channels: 3, pixels: bytes.map { Float($0) / 255 })
      let (lightness, chroma) = image.labArrays()
      let back = Image(lightness: lightness, chroma: chroma)
      others += zip(back.pixels, bytes).count { UInt8($0 * 255 + 0.5) != $1 }
    }
    #expect(others == 0)
  }

  @Test func everyColorComesBackFromYCbCr() {
    let others = [Int](unsafeUninitializedCapacity: 256) { others, initializedCount in
      let others = others
      ThreadPool.run(count: 256) { red in
        others[red] = (0..<65536).count { rest in
          let color = SIMD3(UInt8(red), UInt8(rest >> 8), UInt8(rest & 255))
          return YCbCrColor(sRGB: SIMD3<Float>(color) / 255).sRGB.bytes != color
        }
      }
      initializedCount = 256
    }
    #expect(others.reduce(0, +) == 0)
  }

  @Test func yCbCrIsJPEGs() {
    let red = YCbCrColor(sRGB: SIMD3(1, 0, 0))
    #expect(abs(red.luma - 0.299) < 1e-6 && abs(red.blueDifference - (0.5 - 0.168736)) < 1e-6)
    #expect(abs(red.redDifference - 1) < 1e-6)
    let gray = YCbCrColor(sRGB: SIMD3(repeating: 0.25))
    #expect(abs(gray.luma - 0.25) < 1e-6 && abs(gray.blueDifference - 0.5) < 1e-6)
    #expect(abs(gray.redDifference - 0.5) < 1e-6)
  }

  @Test func colorsBeyondTheGamutLoseChromaAlone() {
    let random = Random(seed: 4, purpose: "colours")
    var beyond = 0
    for index in 0..<3000 {
      let color = LabColor(
        lightness: 100 * random.uniform(at: 3 * index), a: 200 * random.uniform(at: 3 * index + 1) - 100,
        b: 200 * random.uniform(at: 3 * index + 2) - 100)
      let found = LabColor(sRGB: color.sRGB)
      #expect(color.sRGB.min() >= 0 && color.sRGB.max() <= 1)
      #expect(abs(found.lightness - color.lightness) < 0.03, "\(color) became \(found)")
      if color.isDisplayable {
        #expect(color.broughtIntoGamut() == color && color.difference(to: found) < 0.03, "\(color) became \(found)")
      } else {
        beyond += 1
        let brought = color.broughtIntoGamut()
        #expect(brought.isDisplayable && brought.lightness == color.lightness && brought.chroma < color.chroma)
        #expect(brought.chroma < 0.1 || abs(brought.hue - color.hue) < 1e-4)
        #expect(brought.difference(to: found) < 0.03, "\(brought) became \(found)")
        let less = brought.chroma + color.chroma / 8000
        let stronger = LabColor(
          lightness: color.lightness, a: color.a * less / color.chroma, b: color.b * less / color.chroma)
        #expect(!stronger.isDisplayable, "\(color) lost too much: \(brought)")
      }
    }
    #expect((1000..<2900).contains(beyond))
  }

  @Test func withoutChromaImagesAreGray() {
    let lightness = NDArray((0..<101).map { Float($0) / 50 - 1 }, shape: [1, 1, 101, 1])
    let image = Image(lightness: lightness, chroma: NDArray(repeating: 0, shape: [1, 1, 101, 2]))
    for pixel in 0..<101 {
      #expect(image.pixels[3 * pixel] == image.pixels[3 * pixel + 1])
      #expect(image.pixels[3 * pixel] == image.pixels[3 * pixel + 2])
    }
    #expect(image.pixels[0] == 0 && abs((image.pixels.last ?? 0) - 1) < 1e-6)
  }

  @Test func arraysHoldLabOfWhatIsVisible() {
    let image = Image.pattern(width: 7, height: 5, channels: 4)
    let (lightness, chroma) = image.labArrays()
    #expect(lightness.shape == [1, 5, 7, 1] && chroma.shape == [1, 5, 7, 2])
    #expect(image.lightnessArray() == lightness)
    for pixel in [0, 3, 34] {
      let samples = image.pixels[4 * pixel..<4 * pixel + 3]
      let color = LabColor(sRGB: SIMD3(Array(samples)))
      #expect(abs(lightness.scalars[pixel] - (color.lightness / 50 - 1)) < 1e-6)
      #expect(abs(chroma.scalars[2 * pixel] - color.a / 110) < 1e-6)
      #expect(abs(chroma.scalars[2 * pixel + 1] - color.b / 110) < 1e-6)
    }
    let gray = Image.pattern(width: 7, height: 5, channels: 2)
    #expect(gray.lightnessArray() == gray.withColors().lightnessArray())
    #expect(gray.labArrays().chroma.scalars.allSatisfy { abs($0) < 1e-4 })
  }

  @Test func oneImageOfABatch() {
    let images = [1, 2].map {
      Image.pattern(width: 6, height: 4, channels: 3).cropped(x: $0, y: 0, width: 4, height: 4)
    }
    let arrays = images.map { $0.labArrays() }
    let lightness = NDArray(arrays.flatMap(\.lightness.scalars), shape: [2, 4, 4, 1])
    let chroma = NDArray(arrays.flatMap(\.chroma.scalars), shape: [2, 4, 4, 2])
    for (index, image) in images.enumerated() {
      #expect(Image(lightness: lightness, chroma: chroma, index: index).largestDifference(to: image) < 1e-5)
    }
  }

  @Test func threadsChangeNothing() throws {
    let image = Image.pattern(width: 401, height: 257, channels: 3)
    let other = image.flippedHorizontally()
    let count = ThreadPool.threadCount
    defer { ThreadPool.threadCount = count }
    let results = try [1, 2, 3].map { threads in
      ThreadPool.threadCount = threads
      let (lightness, chroma) = image.labArrays()
      return (
        [lightness, chroma], Image(lightness: lightness, chroma: chroma),
        [image.colorfulness(), try image.meanColorDifference(to: other)]
      )
    }
    for result in results.dropFirst() {
      #expect(result.0 == results[0].0 && result.1 == results[0].1 && result.2 == results[0].2)
    }
  }
}
