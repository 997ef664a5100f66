import Tensors

/// The colours that a classification of colours chooses from (Zhang et al. 2016): the points of a grid of 10 units over a
/// and b of CIE Lab that some lightness makes a colour of sRGB. Of the purest magentas, with a above 80, there are none.
public enum ColorBins {
  /// The distance between neighbours.
  public static let spacing: Float = 10

  /// For each a from -80 to 80, the first and the last b.
  private static let ranges: [ClosedRange<Int>] = [
    60...80, 30...80, 10...80, -10...80, -20...90, -30...90, -40...90, -40...90, -50...80, -60...80, -70...80, -70...70,
    -80...70, -90...70, -90...70, -100...60, -100...60,
  ]

  /// a and b of each.
  public static let colors: [SIMD2<Float>] = ranges.enumerated().flatMap { row, range in
    stride(from: range.lowerBound, through: range.upperBound, by: Int(spacing)).map {
      SIMD2(Float(-80 + row * Int(spacing)), Float($0))
    }
  }

  public static let count = colors.count

  /// a / 110 and b / 110 of each, as images of chroma have them: `[count, 2]`.
  static let chroma = NDArray(colors.flatMap { [$0.x / 110, $0.y / 110] }, shape: [count, 2])
}
