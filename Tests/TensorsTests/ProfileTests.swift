import Tensors
import TestSupport
import Testing

@Suite struct ProfileTests {
  /// Two convolutions with a norm between them, and a matrix product: 1x8x8x3 to 1x8x8x4 to 1x4x4x5 to 16x2.
  private let weights = [([3, 3, 3, 4] as Shape, 1), ([3, 3, 4, 5], 2), ([5, 2], 3)].map { shape, seed in
    Tensor(variable: values(shape, seed: UInt64(seed)))
  }

  private static func values(_ shape: Shape, seed: UInt64) -> NDArray {
    let random = Random(seed: seed, purpose: "profile")
    return NDArray((0..<shape.count).map { random.normal(at: $0) }, shape: shape)
  }

  private func loss() -> Tensor {
    let first = Tensor(Self.values([1, 8, 8, 3], seed: 4)).convolved(with: weights[0], padding: Padding(1))
    let second = first.instanceNormalized(negativeSlope: 0)
      .convolved(with: weights[1], stride: Size(2), padding: Padding(1))
    return second.reshaped(to: [16, 5]).matrixProduct(with: weights[2]).sum()
  }

  private func entries(_ profile: Profile) -> [String: Profile.Entry] {
    Dictionary(uniqueKeysWithValues: profile.entries.map { ($0.operation, $0) })
  }

  private let firstFlops = 2 * 8 * 8 * 4 * 3 * 3 * 3
  private let secondFlops = 2 * 4 * 4 * 5 * 3 * 3 * 4

  @Test func countsTheConvolutionsOfASmallNetwork() throws {
    let profile = Profile()
    for _ in 0..<3 { _ = profile.record { loss().scalar } }
    let entries = entries(profile)
    let convolution = try #require(entries["Convolution"])
    #expect(convolution.calls == 3 * 2)
    #expect(convolution.cost.flops == 3 * (firstFlops + secondFlops))
    // Inputs, weights, outputs, 4 bytes each.
    #expect(convolution.cost.bytes == 3 * 4 * ((192 + 108 + 256) + (256 + 180 + 80)))
    #expect(entries["Matrix multiplication"]?.cost.flops == 3 * 2 * 16 * 5 * 2)
    #expect(entries["Normalization"]?.calls == 3)
    #expect(entries["Convolution input gradient"] == nil)
  }

  @Test func countsGradientsTheFusedOnesToo() throws {
    let profile = Profile()
    _ = profile.record { gradients(of: loss(), withRespectTo: weights).map(\.value.scalars) }
    let entries = entries(profile)
    // The first convolution's input is a constant.
    let inputGradient = try #require(entries["Convolution input gradient"])
    #expect(inputGradient.calls == 1 && inputGradient.cost.flops == secondFlops)
    let weightGradient = try #require(entries["Convolution weight gradient"])
    #expect(weightGradient.calls == 2 && weightGradient.cost.flops == firstFlops + secondFlops)
    #expect(entries["Matrix multiplication"]?.calls == 3)
    let normalization = try #require(entries["Normalization gradient"])
    #expect(normalization.calls == 1 && normalization.cost.bytes == 4 * 3 * 256)
    // Its time and cost are counted for the operations that it is composed of.
    #expect(entries["Convolution gradient"]?.cost == Cost(values: 0))
  }

  @Test func countsNoMomentTwice() {
    let profile = Profile()
    let elapsed = ContinuousClock().measure {
      profile.record {
        for _ in 0..<20 { _ = gradients(of: loss(), withRespectTo: weights, differentiable: true) }
      }
    }
    let total = profile.entries.reduce(Duration.zero) { $0 + $1.duration }
    #expect(total > .zero && total <= elapsed)
    #expect(profile.entries.allSatisfy { $0.duration >= .zero })
    #expect(profile.entries.map(\.duration) == profile.entries.map(\.duration).sorted(by: >))
  }

  @Test func countsNothingOutside() {
    let profile = Profile()
    _ = loss()
    #expect(profile.entries.isEmpty)
    profile.record {}
    #expect(profile.entries.isEmpty)
  }
}
