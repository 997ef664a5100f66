import Images

/// The part of an image's fine detail that repeats every few pixels: its energy at the frequencies that checkerboards of
/// transposed convolutions have (Odena et al. 2016), and no photograph.
///
/// It is measured in blocks of four periods, so that a pattern counts whose sign and strength change over the image.
struct GridEnergy {
  /// The root mean square of the repeating part, in 0...1.
  let amplitude: Double
  /// Its share of the fine detail's energy, 0...1.
  let share: Double

  /// The mean over images that are large enough; nil if none is.
  ///
  /// - Parameter period: 2 or 4 pixels.
  init?(of images: [FineDetail], period: Int) {
    let sums = images.compactMap { Self.sums(of: $0, period) }
    let (repeating, all, count) = sums.reduce((0.0, 0.0, 0)) { ($0.0 + $1.0, $0.1 + $1.1, $0.2 + $1.2) }
    guard count > 0 else { return nil }
    amplitude = (repeating / Double(count)).squareRoot()
    share = all > 0 ? repeating / all : 0
  }

  private static func sums(of detail: FineDetail, _ period: Int) -> (repeating: Double, all: Double, count: Int)? {
    let side = 4 * period
    guard min(detail.width, detail.height) >= side else { return nil }
    var sums = (repeating: 0.0, all: 0.0, count: 0)
    for top in stride(from: 0, through: detail.height - side, by: side) {
      for left in stride(from: 0, through: detail.width - side, by: side) {
        let (repeating, all) = energies(of: detail, period, top, left)
        sums = (sums.repeating + repeating, sums.all + all, sums.count + side * side)
      }
    }
    return sums
  }

  /// The sum of squares of what repeats in a block, and of all that varies in it.
  private static func energies(of detail: FineDetail, _ period: Int, _ top: Int, _ left: Int) -> (Double, Double) {
    let side = 4 * period
    var places = [Double](repeating: 0, count: period * period)
    var (sum, squares) = (0.0, 0.0)
    for row in 0..<side {
      for column in 0..<side {
        let value = Double(detail.values[(top + row) * detail.width + left + column])
        places[row % period * period + column % period] += value
        sum += value
        squares += value * value
      }
    }
    let perPlace = Double(side * side / places.count)
    let common = sum * sum / Double(side * side)
    return (places.reduce(0) { $0 + $1 * $1 } / perPlace - common, squares - common)
  }
}

/// The luma of an image's middle without its means over windows that hold a whole period in each direction, so that what
/// repeats every two or four pixels is kept in full and what changes slowly is taken away.
struct FineDetail {
  /// Two pixels less on each side than what is looked at.
  let width: Int
  let height: Int
  private(set) var values: [Float] = []

  private static let window: [Float] = [0.125, 0.25, 0.25, 0.25, 0.125]

  /// Larger images show no more than a part of this side, and take longer.
  private static let largestSide = 128

  init(_ whole: Image) {
    let (shownWidth, shownHeight) = (min(whole.width, Self.largestSide), min(whole.height, Self.largestSide))
    let image = whole.cropped(
      x: (whole.width - shownWidth) / 2, y: (whole.height - shownHeight) / 2, width: shownWidth, height: shownHeight)
    (width, height) = (max(0, image.width - 4), max(0, image.height - 4))
    guard width > 0, height > 0 else { return }
    let luma = image.grayscale().withoutAlpha().pixels
    let (row, width, height) = (image.width, width, height)
    let smooth = (0..<image.height * width).map { place in
      let at = place / width * row + place % width
      return (0..<5).reduce(Float(0)) { $0 + Self.window[$1] * luma[at + $1] }
    }
    values = (0..<height * width).map { place in
      let mean = (0..<5).reduce(Float(0)) { $0 + Self.window[$1] * smooth[place + $1 * width] }
      return luma[(place / width + 2) * row + place % width + 2] - mean
    }
  }
}
