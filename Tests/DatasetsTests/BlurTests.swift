import Datasets
import Foundation
import Images
import Tensors
import Testing

/// Files made by scripts/golden/degradations.py.
private func golden(_ name: String, of room: String = "DatasetsTests") throws -> Data {
  let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  return try Data(contentsOf: tests.appending(path: "\(room)/Golden/\(name)"))
}

struct BlurTests {
  private struct Case: Decodable {
    var kind: String
    var size: Int
    var first, second, rotation, exponent, cutoff: Double?
    var weights: [Float]

    func kernel() throws -> BlurKernel {
      if kind == "sinc" { return .sinc(size: size, cutoff: try #require(cutoff)) }
      let spread = BlurKernel.Spread(
        try #require(first), try #require(second), rotation: try #require(rotation))
      let exponent = try #require(exponent)
      return kind == "gaussian"
        ? .gaussian(size: size, spread: spread, exponent: exponent)
        : .plateau(size: size, spread: spread, exponent: exponent)
    }
  }

  @Test func kernelsAreTheirDefinitions() throws {
    let cases = try JSONDecoder().decode([Case].self, from: golden("kernels.json"))
    #expect(cases.count == 12)
    for example in cases {
      let kernel = try example.kernel()
      #expect(kernel.size == example.size && kernel.weights.count == example.weights.count)
      #expect(abs(kernel.weights.reduce(0, +) - 1) < 1e-5)
      for (a, b) in zip(kernel.weights, example.weights) { #expect(abs(a - b) < 5e-7, "\(example.kind)") }
    }
  }

  @Test(arguments: ["gaussian", "sinc"]) func blurringIsConvolution(name: String) throws {
    var image = try Image(encoded: golden("rgb.png", of: "ImagesTests"), path: "rgb.png")
    image.bitDepth = .sixteen
    let kernel =
      name == "sinc"
      ? BlurKernel.sinc(size: 21, cutoff: .pi / 5)
      : .gaussian(size: 13, spread: .init(2.6, 0.7, rotation: 0.6))
    let blurred = image.blurred(by: kernel)
    let expected = try golden("blurred-\(name).f32").withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 4).map {
        Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
      }
    }
    #expect((blurred.width, blurred.height, blurred.pixels.count) == (image.width, image.height, expected.count))
    for (a, b) in zip(blurred.pixels, expected) { #expect(abs(a - b) < 2e-6) }
  }

  @Test(arguments: [(1, 1), (2, 1), (3, 40), (17, 5)]) func smallImagesAreMirroredOften(width: Int, height: Int) {
    let image = Image(
      width: width, height: height, channels: 3, pixels: .init(repeating: 0.25, count: width * height * 3))
    let blurred = image.blurred(by: .gaussian(size: 21, spread: .init(3)))
    #expect(blurred.pixels.allSatisfy { abs($0 - 0.25) < 1e-5 })
  }

  /// Recovers the settings' probabilities from the shapes of the kernels drawn.
  @Test func kernelsAreAsFrequentAsTheSettingsSay() {
    var settings = BlurSettings()
    settings.probability = 0.8
    let count = 3000
    let kernels = (0..<count).map { settings.kernel(Draws(Random(seed: 3, purpose: "test", step: $0), stage: 0)) }
    func share(_ isCounted: (BlurKernel?) -> Bool) -> Double { Double(kernels.count(where: isCounted)) / Double(count) }
    #expect(abs(share { $0 == nil } - 0.2) < 0.03)
    #expect(abs(share { $0?.weights.contains { $0 < 0 } == true } - 0.8 * 0.1) < 0.02)
    // Of the kernels that are not sinc filters, 31 % are anisotropic.
    #expect(abs(share { $0.map { !isIsotropic($0) } == true } - 0.8 * 0.9 * 0.31) < 0.03)
    for size in stride(from: 7, through: 21, by: 2) {
      #expect(abs(share { $0?.size == size } - 0.8 / 8) < 0.02)
    }
    #expect(share { ($0?.size ?? 7) % 2 == 0 } == 0)
  }

  private func isIsotropic(_ kernel: BlurKernel) -> Bool {
    let (size, weights) = (kernel.size, kernel.weights)
    return (0..<size).allSatisfy { y in
      (0..<size).allSatisfy { x in
        let weight = weights[y * size + x]
        return abs(weight - weights[x * size + y]) < 1e-6 && abs(weight - weights[y * size + size - 1 - x]) < 1e-6
      }
    }
  }

  @Test(arguments: 0..<6) func eachKindComesAlone(kind: Int) throws {
    var settings = BlurSettings()
    settings.sincProbability = 0
    settings.sizes = 9...9
    let weights = (0..<6).map { $0 == kind ? 1.0 : 0 }
    settings.isotropic = weights[0]
    settings.anisotropic = weights[1]
    settings.generalizedIsotropic = weights[2]
    settings.generalizedAnisotropic = weights[3]
    settings.plateauIsotropic = weights[4]
    settings.plateauAnisotropic = weights[5]
    settings.deviation = 1.7...1.7
    settings.generalizedExponent = 0.5...0.5
    settings.plateauExponent = 2...2
    for step in 0..<20 {
      let kernel = try #require(settings.kernel(Draws(Random(seed: 1, purpose: "kind", step: step), stage: 1)))
      // The same along both axes, so that rotation has no effect.
      let spread = BlurKernel.Spread(1.7)
      let expected: BlurKernel =
        switch kind {
        case 0, 1: .gaussian(size: 9, spread: spread)
        case 2, 3: .gaussian(size: 9, spread: spread, exponent: 0.5)
        default: .plateau(size: 9, spread: spread, exponent: 2)
        }
      let isExpected = zip(expected.weights, kernel.weights).allSatisfy { abs($0 - $1) < 1e-6 }
      #expect(isExpected, "kind \(kind), step \(step)")
    }
  }
}
