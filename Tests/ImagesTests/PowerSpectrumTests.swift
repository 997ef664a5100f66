import Foundation
import Images
import TestSupport
import Testing
import Threads

@Suite(.serialized) struct PowerSpectrumTests {
  @Test func spectraAreNumpys() throws {
    let spectra = try JSONDecoder().decode([String: [Double]].self, from: Data(contentsOf: Golden.url("spectra.json")))
    #expect(spectra.count == 4)
    for (name, expected) in spectra {
      var image = try Golden.image(name.hasSuffix("32x32") ? "matlab-gray.png" : "\(name).png")
      if name.hasSuffix("32x32") { image = image.cropped(x: 3, y: 2, width: 32, height: 32) }
      let spectrum = image.powerSpectrum(rings: expected.count)
      let largest = expected.max() ?? 0
      for (found, expected) in zip(spectrum, expected) { #expect(abs(found - expected) < 1e-6 * largest, "\(name)") }
    }
  }

  @Test func detailIsTheShareOfTheTruths() throws {
    let (image, noisy) = (try Golden.image("rgb.png"), try Golden.image("rgb-noisy.png"))
    let expected = try JSONDecoder().decode([String: Double].self, from: Data(contentsOf: Golden.url("quality.json")))
    let detail = try #require(try noisy.detail(comparedTo: image))
    #expect(abs(detail - (expected["detail"] ?? 0)) < 1e-5)
    #expect(try image.detail(comparedTo: image) == 1)
    #expect(try image.withColors().detail(comparedTo: image) == 1)
  }

  /// A sine wave's power lies in one ring and its neighbours.
  @Test(arguments: [(97, 61), (64, 128), (250, 1), (1, 130), (120, 90)], [0.1, 0.4, 0.8])
  func aWaveIsOneRing(size: (width: Int, height: Int), frequency: Double) {
    let isAcross = size.width > size.height
    let pixels = (0..<size.width * size.height).map { place in
      let along = isAcross ? place % size.width : place / size.width
      return Float(0.5 + 0.4 * cos(.pi * frequency * Double(along)))
    }
    let image = Image(width: size.width, height: size.height, channels: 1, pixels: pixels)
    let spectrum = image.powerSpectrum(rings: 20)
    let ring = Int(frequency * 20)
    let near = spectrum[max(0, ring - 2)...min(19, ring + 2)].reduce(0, +)
    #expect(near > 0.99 * spectrum.reduce(0, +))
  }

  @Test func blurHasLessDetailAndNoiseMore() throws {
    let image = try Image(contentsOf: TestData.samples.appending(path: "kodim21.png"))
    let small = image.resized(toWidth: image.width / 4, height: image.height / 4)
    let blurred = small.resized(toWidth: image.width, height: image.height)
    let blurredDetail = try #require(try blurred.detail(comparedTo: image))
    #expect(blurredDetail < 0.1)
    let noisy = Image(
      width: image.width, height: image.height, channels: 3,
      pixels: image.pixels.enumerated().map { $1 + ($0 / 3 * 7919 % 101 < 50 ? 0.05 : -0.05) })
    let noisyDetail = try #require(try noisy.detail(comparedTo: image))
    #expect(noisyDetail > 1.2)
  }

  @Test(arguments: [(1, 1), (2, 3), (40, 30)]) func plainImagesHaveNone(width: Int, height: Int) throws {
    let plain = Image(
      width: width, height: height, channels: 3, pixels: .init(repeating: 0.3, count: width * height * 3))
    #expect(try plain.detail(comparedTo: plain) == nil)
    #expect(plain.powerSpectrum().allSatisfy { $0 < 1e-20 })
  }

  @Test func threadsChangeNothing() {
    let image = Image.pattern(width: 131, height: 117, channels: 3)
    let count = ThreadPool.threadCount
    defer { ThreadPool.threadCount = count }
    let results = [1, 2, 3].map { threads in
      ThreadPool.threadCount = threads
      return image.powerSpectrum()
    }
    #expect(results[1] == results[0] && results[2] == results[0])
  }
}
