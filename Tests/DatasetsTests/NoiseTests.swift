import Datasets
import Foundation
import Images
import Tensors
import Testing

struct NoiseTests {
  private let random = Random(seed: 11, purpose: "noise")

  /// Every 8-bit level in each channel; with a `margin` above 0, far enough from black and white that no noise is
  /// clamped.
  private func levels(margin: Int = 0, side: Int = 256) -> Image {
    let pixels = (0..<side * side * 3).map { Float(margin + $0 / 3 % (256 - 2 * margin)) / 255 }
    return Image(width: side, height: side, channels: 3, pixels: pixels, bitDepth: .sixteen)
  }

  private func moments(_ values: [Float]) -> (mean: Double, variance: Double) {
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
    let variance = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(values.count)
    return (mean, variance)
  }

  private func differences(_ a: Image, _ b: Image) -> [Float] { zip(a.pixels, b.pixels).map { $0 - $1 } }

  private func channel(_ index: Int, _ values: [Float]) -> [Float] {
    stride(from: index, to: values.count, by: 3).map { values[$0] }
  }

  @Test(arguments: [1.0, 10, 20], [false, true]) func normalNoiseHasItsDeviation(deviation: Double, isGray: Bool) {
    let image = levels(margin: 110)
    let noisy = image.addingGaussianNoise(
      deviation: Float(deviation / 255), isGray: isGray, random: random, from: 1000)
    let noise = differences(noisy, image).map { $0 * 255 }
    let (mean, variance) = moments(noise)
    #expect(abs(mean) < deviation * 0.02 && abs(variance.squareRoot() / deviation - 1) < 0.01)
    // In a normal distribution, 4.55 % lie more than two deviations from the mean.
    let far = noise.count { abs(Double($0)) > 2 * deviation }
    #expect(abs(Double(far) / Double(noise.count) - 0.0455) < 0.003)
    let product = moments(zip(channel(0, noise), channel(1, noise)).map { $0 * $1 }).mean / variance
    #expect(abs(product - (isGray ? 1 : 0)) < 0.02)
    let neighbors = moments(zip(noise, noise.dropFirst(3)).map { $0 * $1 }).mean / variance
    #expect(abs(neighbors) < 0.02)
  }

  @Test(arguments: [0.3, 5, 40, 255]) func countsHavePoissonsMoments(mean: Double) {
    let distribution = PoissonDistribution(mean: mean)
    let counts = (0..<1 << 16).map { Float(distribution.count(at: (Float($0) + 0.5) * 0x1p-16)) }
    let found = moments(counts)
    #expect(abs(found.mean - mean) < 0.003 * mean + 0.001 && abs(found.variance - mean) < 0.01 * mean)
    let likely = counts.count { $0 == Float(Int(mean)) }
    let expected = exp(Double(Int(mean)) * log(mean) - mean - lgamma(Double(Int(mean)) + 1))
    #expect(abs(Double(likely) * 0x1p-16 - expected) < 1e-4)
    #expect(zip(counts, counts.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test func nothingComesOfNoLight() {
    let distribution = PoissonDistribution(mean: 0)
    #expect(distribution.count(at: 0) == 0 && distribution.count(at: 0.9999999) == 0)
  }

  @Test(arguments: [0.5, 1, 2] as [Float], [false, true]) func quantaVaryAsLightDoes(scale: Float, isGray: Bool) {
    let image = levels()
    let noisy = image.addingPoissonNoise(scale: scale, isGray: isGray, random: random, from: 0)
    let noise = differences(noisy, image)
    // 256 levels, so white has 256 quanta; the middle ones are far from being clamped.
    for level in stride(from: 64, to: 160, by: 16) {
      let chosen = noise.indices.filter { abs(Int((image.pixels[$0] * 255).rounded()) - level) < 8 }.map { noise[$0] }
      let (mean, variance) = moments(chosen)
      let expected = Double(scale * scale) * Double(level) / 255 / 256
      #expect(abs(variance / expected - 1) < 0.08 && abs(mean) < 0.05 * expected.squareRoot(), "level \(level)")
    }
    let channels = (0..<3).map { channel($0, noise) }
    #expect((channels[0] == channels[1] && channels[1] == channels[2]) == isGray)
  }

  @Test func fewLevelsHaveFewQuanta() {
    // 3 levels: white has 4 quanta, so the middle one has 2, and noise comes in quarters.
    let levels: [Float] = [0, 128 / 255, 1]
    let pixels = (0..<60 * 60 * 3).map { levels[$0 / 3 % 3] }
    let image = Image(width: 60, height: 60, channels: 3, pixels: pixels, bitDepth: .sixteen)
    let noisy = image.addingPoissonNoise(scale: 0.5, isGray: false, random: random, from: 0)
    let noise = differences(noisy, image).enumerated().filter { $0.offset / 3 % 3 == 1 }.map(\.element)
    let expected = 128.0 / 255 * 4
    // Clamping at white cuts off counts that exceed the expected one by more than 4, which are rare.
    let unclamped = noise.filter { $0 < 0.45 }
    for value in unclamped {
      let quanta = Double(value) * 8 + expected
      #expect(abs(quanta - quanta.rounded()) < 1e-3)
    }
    #expect(unclamped.count * 10 > noise.count * 9)
    #expect(differences(noisy, image).enumerated().allSatisfy { $0.offset / 3 % 3 != 0 || $0.element == 0 })
  }

  @Test func drawsAreAddressed() {
    let image = levels(margin: 100, side: 40)
    func noisy(_ random: Random, _ first: Int) -> Image {
      image.addingGaussianNoise(deviation: 0.05, isGray: false, random: random, from: first)
    }
    #expect(noisy(random, 7) == noisy(random, 7))
    #expect(noisy(random, 7) != noisy(random, 8))
    #expect(noisy(random, 7) != noisy(Random(seed: 11, purpose: "noise", step: 1), 7))
    for index in [0, 5, 1 << 40] {
      #expect(random.normals(at: index)[0] == random.normal(at: index))
      #expect(random.uniforms(at: index)[0] == random.uniform(at: index))
    }
  }
}
