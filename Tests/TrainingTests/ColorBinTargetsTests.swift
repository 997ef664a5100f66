import Models
import Tensors
import Testing
import Training

@Suite struct ColorBinTargetsTests {
  private func chroma(_ colors: [SIMD2<Float>]) -> NDArray {
    NDArray(colors.flatMap { [$0.x / 110, $0.y / 110] }, shape: [1, 1, colors.count, 2])
  }

  private func shares(_ colors: [SIMD2<Float>], _ targets: ColorBinTargets) -> [[Float]] {
    let values = targets.soft(chroma(colors)).shares.withHostMemory { Array($0) }
    return colors.indices.map { Array(values[$0 * ColorBins.count..<($0 + 1) * ColorBins.count]) }
  }

  private let equal = ColorBinTargets(frequencies: ColorBinTargets.equalFrequencies, rebalancing: 0.7)

  @Test func aColorIsSharedByTheFiveNearestBins() throws {
    // Between four bins of the grid, nearest to (10, 20); then far outside the gamut; then gray.
    for (color, nearest) in [
      (SIMD2<Float>(12, 23), SIMD2<Float>(10, 20)), (SIMD2(127, -128), SIMD2(80, -100)), (SIMD2(0, 0), SIMD2(0, 0)),
    ] {
      let shares = shares([color], equal)[0]
      #expect(abs(shares.reduce(0, +) - 1) < 1e-5)
      #expect(shares.filter { $0 > 0 }.count <= 5)
      let best = try #require(shares.indices.max { shares[$0] < shares[$1] })
      #expect(ColorBins.colors[best] == nearest)
    }
  }

  @Test func sharesFollowAGaussianOfTheDistance() throws {
    let shares = shares([SIMD2(2, 1)], equal)[0]
    func share(_ a: Float, _ b: Float) throws -> Float {
      shares[try #require(ColorBins.colors.firstIndex(of: SIMD2(a, b)))]
    }
    // Squared distances 5 and 65; the deviation is 5.
    #expect(abs(try share(0, 0) / share(10, 0) - 3.320_117) < 1e-3)
  }

  @Test func rareColorsCountMoreAndTheMeanWeightIsOne() throws {
    let gray = try #require(ColorBins.colors.firstIndex(of: SIMD2(0, 0)))
    let red = try #require(ColorBins.colors.firstIndex(of: SIMD2(60, 40)))
    let images = [chroma([SIMD2<Float>](repeating: SIMD2(0, 0), count: 99) + [SIMD2(60, 40)])]
    let frequencies = ColorBinTargets.frequencies(of: images)
    #expect(abs(frequencies.reduce(0, +) - 1) < 1e-9 && frequencies[gray] > 10 * frequencies[red])
    let weights = ColorBinTargets(frequencies: frequencies, rebalancing: 0.7).classWeights
    #expect(weights[red] > 5 * weights[gray] && weights[gray] < 1)
    #expect(ColorBinTargets(frequencies: frequencies, rebalancing: 0).classWeights.allSatisfy { abs($0 - 1) < 1e-6 })
    #expect(equal.classWeights.allSatisfy { abs($0 - 1) < 0.3 })
  }

  @Test func aPixelWeighsAsItsNearestBin() throws {
    var frequencies = ColorBinTargets.equalFrequencies
    frequencies[0] = 0.5
    let targets = ColorBinTargets(frequencies: frequencies.map { $0 / frequencies.reduce(0, +) }, rebalancing: 1)
    let weights = targets.soft(chroma([ColorBins.colors[0], ColorBins.colors[100]])).weights
    #expect(weights.shape == [1, 1, 2, 1])
    #expect(weights.withHostMemory { Array($0) } == [targets.classWeights[0], targets.classWeights[100]])
  }
}
