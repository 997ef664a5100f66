extension Image {
  /// The grid that enlarging by `period` leaves: the largest over the smallest mean absolute step between neighbouring
  /// pixels of the luma, by the step's place modulo `period`, as the mean of both axes.
  ///
  /// It is about 1 where all places are alike, as in photographs, infinite where pixels are repeated, and 1 for a plain
  /// image. Nil if a side is too short to have a step at every place. Requires a period of at least 1.
  public func grid(period: Int) -> Double? {
    guard min(width, height) > period else { return nil }
    let luma = grayscale().withoutAlpha()
    let (width, height) = (width, height)
    let across = Self.terms(count: height) { row in
      Self.steps(count: width - 1, period: period) { at in
        luma.pixels[row * width + at + 1] - luma.pixels[row * width + at]
      }
    }
    // Row by row too, because a row's pixels are neighbours in memory.
    let down = Self.terms(count: height - 1) { row in
      (0..<width).reduce(0.0) { sum, column in
        let at = row * width + column
        return sum + Double(abs(luma.pixels[at + width] - luma.pixels[at]))
      }
    }
    let columns = across.reduce(Array(repeating: 0, count: period)) { sum, row in zip(sum, row).map(+) }
    let rows = Self.steps(count: height - 1, period: period) { down[$0] }
    return (Self.contrast(columns, steps: width - 1) + Self.contrast(rows, steps: height - 1)) / 2
  }

  /// The sums of the steps' magnitudes, by place.
  private static func steps<Step: BinaryFloatingPoint>(count: Int, period: Int, step: (Int) -> Step) -> [Double] {
    var sums = [Double](repeating: 0, count: period)
    for at in 0..<count { sums[at % period] += Double(abs(step(at))) }
    return sums
  }

  /// The largest mean over the smallest, from the sums over `steps` steps.
  private static func contrast(_ sums: [Double], steps: Int) -> Double {
    let means = sums.enumerated().map { place, sum in
      sum / Double((steps - place + sums.count - 1) / sums.count)
    }
    guard let largest = means.max(), let smallest = means.min(), largest > 0 else { return 1 }
    return largest / smallest
  }
}
