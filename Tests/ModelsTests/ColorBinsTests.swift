import Images
import Models
import Testing

@Suite struct ColorBinsTests {
  /// No lightness makes colours of sRGB of other points, as far as a is at most 80.
  @Test func areTheGridsPointsInTheGamut() {
    var expected: [SIMD2<Float>] = []
    for a in stride(from: Float(-80), through: 80, by: ColorBins.spacing) {
      for b in stride(from: Float(-130), through: 130, by: ColorBins.spacing) {
        let isDisplayable = (0...1000).contains {
          LabColor(lightness: Float($0) / 10, a: a, b: b).isDisplayable
        }
        if isDisplayable { expected.append(SIMD2(a, b)) }
      }
    }
    #expect(ColorBins.colors == expected)
    #expect(ColorBins.count == 224)
  }
}
