import Datasets
import Foundation
import Tensors
import Testing

struct AgedPrintTests {
  private static let side = 24

  private func prints(share: Double = 1, count: Int = 600) -> [AgedPrint] {
    (0..<count).compactMap { AgedPrint(share: share, Random(seed: 1, purpose: "aged", step: $0)) }
  }

  /// Tones, 0...1, of what a print makes of tones.
  private func tones(_ print: AgedPrint, of photo: (_ x: Int, _ y: Int) -> Float) -> [Float] {
    let side = Self.side
    let values = (0..<side * side).map { 2 * photo($0 % side, $0 / side) - 1 }
    return print(NDArray(values, shape: [1, side, side, 1])).scalars.map { ($0 + 1) / 2 }
  }

  private func statistics(_ values: [Float]) -> (mean: Float, deviation: Float) {
    let mean = values.reduce(0, +) / Float(values.count)
    let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Float(values.count)
    return (mean, variance.squareRoot())
  }

  @Test func theShareIsAged() {
    #expect(prints(share: 0).isEmpty)
    #expect((240...360).contains(prints(share: 0.5).count))
    #expect(prints(share: 1).count == 600)
  }

  @Test func blackWhiteAndGrayMoveWithinTheirRanges() {
    var means: [[Float]] = []
    for tone: Float in [0, 0.5, 1] {
      means.append(prints(count: 200).map { statistics(tones($0) { _, _ in tone }).mean })
    }
    // Grain, clamped at black and white, moves their means by less than 0.4 of its deviation, up to 0.06.
    #expect(means[0].allSatisfy { (0...0.13).contains($0) } && means[2].allSatisfy { (0.84...1).contains($0) })
    #expect(means[0].contains { $0 > 0.1 } && means[0].contains { $0 < 0.005 })
    #expect(means[2].contains { $0 < 0.87 } && means[2].contains { $0 > 0.995 })
    // 0.5 to the powers e^0.4 and e^-0.4 is 0.356 and 0.628.
    #expect(means[1].allSatisfy { (0.26...0.72).contains($0) })
    #expect(means[1].contains { $0 < 0.38 } && means[1].contains { $0 > 0.6 })
    // The darker stays darker.
    #expect(zip(means[0], means[1]).allSatisfy { $0 < $1 } && zip(means[1], means[2]).allSatisfy { $0 < $1 })
  }

  @Test func someAreGrainyAndSomeBlurred() {
    let all = prints()
    let grains = all.map { statistics(tones($0) { _, _ in 0.5 }).deviation }
    let grainy = grains.filter { $0 > 1e-5 }
    #expect((240...300).contains(grainy.count), "\(grainy.count) of 600 are grainy, expected 45 %")
    #expect(grainy.allSatisfy { (0.009...0.067).contains($0) })
    #expect(grainy.contains { $0 < 0.02 } && grainy.contains { $0 > 0.05 })
    // A white pixel on black becomes nine gray ones; where the grain is fine enough to see it.
    var (blurred, both, smooth) = (0, 0, 0)
    for (print, grain) in zip(all, grains) where grain < 0.02 {
      let dot = tones(print) { x, y in x == 12 && y == 12 ? 1 : 0 }
      let isBlurred = dot[12 * Self.side + 12] < 0.4
      if grain > 1e-5 { both += isBlurred ? 1 : 0 } else { smooth += 1 }
      guard isBlurred else { continue }
      blurred += 1
      let background = statistics(Array(dot.prefix(9 * Self.side))).mean
      #expect(dot[11 * Self.side + 13] > background + 0.02)
    }
    let share = Double(blurred - both) / Double(smooth)
    #expect((0.2...0.35).contains(share), "\(share) of prints without grain are blurred, expected 15 of 55")
    #expect(both > 0)
  }

  @Test func theSameDrawsAgeAlike() {
    let (first, second) = (prints(count: 20), prints(count: 20))
    for (a, b) in zip(first, second) {
      #expect(tones(a) { x, y in Float(x * y) / 576 } == tones(b) { x, y in Float(x * y) / 576 })
    }
    #expect(Set(first.map { tones($0) { x, y in Float(x * y) / 576 } }).count == 20)
  }
}
