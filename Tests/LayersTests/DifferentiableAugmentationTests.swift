import Layers
import Tensors
import TestSupport
import Testing

private struct Attributes: Decodable {
  struct Change: Decodable {
    var brightness: Float?, saturation: Float?, contrast: Float?
    var shift: [Int]?
    /// Top, bottom, left and right.
    var hole: [Int]?
  }
  var changes: [Change]
}

@Suite struct DifferentiableAugmentationTests {
  @Test(arguments: try GoldenFile("augmentation").cases)
  func changesFollowPyTorch(_ golden: GoldenCase) throws {
    let changes = try golden.attributes(Attributes.self).changes.map { given in
      var change = DifferentiableAugmentation.Change()
      change.brightness = given.brightness ?? 0
      change.saturation = given.saturation ?? 1
      change.contrast = given.contrast ?? 1
      if let shift = given.shift { change.shift = (shift[0], shift[1]) }
      if let hole = given.hole { change.hole = (hole[0]..<hole[1], hole[2]..<hole[3]) }
      return change
    }
    try checkOperation(golden) { $0["x"]!.changed(changes) }
  }

  private let all = DifferentiableAugmentation(color: true, translation: true, cutout: true)

  @Test func drawsStayWithinTheirRanges() {
    let size = Size(height: 17, width: 32)
    let changes = all.changes(images: 2000, size: size, probability: 1, random: Random(seed: 3, purpose: "test"))
    func range(_ value: (DifferentiableAugmentation.Change) -> Float) -> (least: Float, most: Float) {
      let values = changes.map(value)
      return (values.min() ?? .nan, values.max() ?? .nan)
    }
    func expect(_ found: (least: Float, most: Float), _ expected: ClosedRange<Float>) {
      let margin = 0.01 * (expected.upperBound - expected.lowerBound)
      #expect(expected.contains(found.least) && expected.contains(found.most))
      #expect(found.least < expected.lowerBound + margin && found.most > expected.upperBound - margin)
    }
    expect(range(\.brightness), -0.5...0.5)
    expect(range(\.saturation), 0...2)
    expect(range(\.contrast), 0.5...1.5)
    // An eighth of 17 is 2.1, of 32 it is 4.
    #expect(Set(changes.map(\.shift.rows)) == Set(-2...2))
    #expect(Set(changes.map(\.shift.columns)) == Set(-4...4))
    // Half of 17, rounded up, is 9, so that holes begin at -4 to 12; half of 32 is 16, and they begin at -8 to 24.
    #expect(Set(changes.map(\.hole.rows)) == Set((-4...12).map { max(0, $0)..<min(17, $0 + 9) }))
    #expect(Set(changes.map(\.hole.columns)) == Set((-8...24).map { max(0, $0)..<min(32, $0 + 16) }))
  }

  @Test func probabilityIsOfEachKind() {
    let changes = all.changes(
      images: 4000, size: Size(32), probability: 0.25, random: Random(seed: 4, purpose: "test"))
    let neutral = DifferentiableAugmentation.Change()
    for happens: (DifferentiableAugmentation.Change) -> Bool in [
      { $0.contrast != neutral.contrast }, { !$0.hole.rows.isEmpty },
    ] {
      let share = Double(changes.filter(happens).count) / 4000
      #expect(abs(share - 0.25) < 0.03)
    }
    let none = all.changes(images: 50, size: Size(32), probability: 0, random: Random(seed: 4, purpose: "test"))
    #expect(none.allSatisfy { $0 == neutral })
  }

  /// Lab's a and b, or an image with one gray channel, have no colours in the sense of this augmentation.
  @Test func otherChannelsKeepTheirColors() {
    let images = Tensor(randomValues(shape: [1, 8, 8, 4], "images"))
    var change = DifferentiableAugmentation.Change()
    change.brightness = 0.5
    #expect(images.changed([change]).value == images.value)
  }
}

@Suite struct GradientPenaltyTests {
  @Test(arguments: try GoldenFile("gradientPenalty").cases)
  func followsPyTorch(_ golden: GoldenCase) throws {
    try checkOperation(golden) { inputs in
      gradientPenalty(at: inputs["x"]!.value) { image in
        image.convolved(with: inputs["first"]!).softplus().convolved(with: inputs["second"]!)
      }
    }
  }

  /// A judge that is linear has one slope everywhere: its weight, over the number of patches.
  @Test func isTheSquaredSlope() {
    let weight = Tensor(NDArray([3, -4], shape: [1, 1, 2, 1]))
    let penalty = gradientPenalty(at: randomValues(shape: [3, 5, 4, 2], "images")) { $0.convolved(with: weight) }
    // 25 / 20^2 at each of 20 pixels.
    #expect(abs(penalty.scalar - 25 / 20) < 1e-5)
  }
}
