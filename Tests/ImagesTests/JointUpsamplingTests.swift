import Images
import Tensors
import TestSupport
import Testing

@Suite struct JointUpsamplingTests {
  /// A picture in which the left is one colour and the right another, with the border at `border`.
  private func halves(_ width: Int, _ height: Int, border: Int, _ left: [Float], _ right: [Float]) -> NDArray {
    NDArray(
      (0..<width * height).flatMap { $0 % width < border ? left : right }, shape: [1, height, width, left.count])
  }

  @Test(arguments: [1, 3], [1, 2, 3]) func edgesLieWhereTheGuideHasThem(guides: Int, values: Int) {
    let (dark, light) = ([Float](repeating: 0.1, count: guides), [Float](repeating: 0.9, count: guides))
    let (one, other) = ([Float](repeating: 0.2, count: values), [Float](repeating: 0.7, count: values))
    // The border lies within the small image's fourth column, which has colours of both.
    var small = halves(8, 4, border: 3, dark, light).scalars
    for y in 0..<4 { for channel in 0..<guides { small[(8 * y + 3) * guides + channel] = 0.5 } }
    let upsampling = JointUpsampling(
      halves(8, 4, border: 4, one, other), of: NDArray(small, shape: [1, 4, 8, guides]), variance: { _ in 0.01 })
    let result = upsampling.rows(
      0..<32, along: halves(64, 32, border: 28, dark, light), height: 32)
    let expected = halves(64, 32, border: 28, one, other)
    expectClose(result, expected, tolerance: 0.02, scale: 1, "\(guides) to \(values)")
  }

  @Test func partsAreThoseOfTheWhole() {
    let guide = randomValues(shape: [1, 37, 50, 3], "guide")
    let upsampling = JointUpsampling(
      randomValues(shape: [1, 9, 12, 3], "values"), of: randomValues(shape: [1, 9, 12, 3], "small"),
      variance: { 0.01 * Float(1 + $0) })
    let whole = upsampling.rows(0..<37, along: guide, height: 37)
    for rows in [0..<1, 5..<20, 20..<37] {
      func part(_ array: NDArray) -> NDArray { Tensor(array).sliced(axis: 1, range: rows).value }
      #expect(upsampling.rows(rows, along: part(guide), height: 37) == part(whole))
    }
  }

  /// Means cannot leave the range of what they are means of.
  @Test func nothingOvershoots() {
    let values = randomValues(shape: [1, 9, 12, 3], "values")
    let upsampling = JointUpsampling(values, of: randomValues(shape: [1, 9, 12, 1], "small"), variance: { _ in 1e-4 })
    let result = upsampling.rows(0..<40, along: randomValues(shape: [1, 40, 50, 1], "guide"), height: 40).scalars
    let (least, most) = (values.scalars.min() ?? 0, values.scalars.max() ?? 0)
    #expect(result.allSatisfy { $0 >= least - 1e-5 && $0 <= most + 1e-5 })
  }
}
