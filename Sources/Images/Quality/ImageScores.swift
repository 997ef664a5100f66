/// A measure of a result against its truth, by the name that reports and `validation.csv` use.
public enum ImageMeasure: String, Sendable, CaseIterable {
  /// In decibels over all samples, infinite for equal images.
  case peakSignalToNoiseRatio = "psnr"
  /// The PSNR of the truth turned gray, at the same lightness: what a gray result would score.
  case grayPeakSignalToNoiseRatio = "grayPsnr"
  /// SSIM, 1 for equal images; nil if a side is shorter than 11 pixels.
  case structuralSimilarity = "ssim"
  /// LPIPS: 0 for equal images; nil if a side is too short for its network.
  case perceptualDistance = "lpips"
  /// The energy of fine detail as a fraction of the truth's; nil if the truth has no detail.
  case detail
  /// The grid that enlarging left in the result; nil without its period, or if a side is not longer than that.
  case grid
  /// The truth's grid.
  case truthGrid
  /// The mean CIEDE2000 over all pixels: about 1 for a just noticeable difference.
  case colorDifference = "ciede2000"
  /// The CIEDE2000 of the truth turned gray.
  case grayColorDifference = "grayCiede2000"
  /// The result's colourfulness (Hasler and Süsstrunk 2003): 0 for gray, about 33 for moderately colourful pictures.
  case colorfulness
  /// The truth's colourfulness.
  case truthColorfulness
}

/// One measure's value: of one image, or the mean over several.
public struct ImageScore: Sendable, Equatable {
  public let measure: ImageMeasure
  /// Nil if the measure is undefined for this image.
  public let value: Double?

  public init(_ measure: ImageMeasure, _ value: Double?) {
    self.measure = measure
    self.value = value
  }

  /// The mean of each measure over the images that have a value. All lists hold the same measures in the same order.
  public static func means(of scores: [[ImageScore]]) -> [ImageScore] {
    guard let first = scores.first else { return [] }
    return first.indices.map { index in
      let values = scores.compactMap { $0[index].value }
      return ImageScore(
        first[index].measure, values.isEmpty ? nil : values.reduce(0, +) / Double(values.count))
    }
  }
}

extension Image {
  /// Measures this result against its truth.
  ///
  /// - Parameters:
  ///   - gridPeriod: the period of the grid in pixels, at least 1, which is the factor that the result was enlarged by.
  ///   - perceptualDistance: measures LPIPS, which takes a network.
  ///
  /// Throws `ImageError.unlike` for a truth of another size or with other channels.
  public func scores(
    _ measures: [ImageMeasure], against truth: Image, gridPeriod: Int? = nil,
    perceptualDistance: () -> Double? = { nil }
  ) throws(ImageError) -> [ImageScore] {
    lazy var colors = truth.withoutAlpha().withColors()
    lazy var gray = truth.withoutColors()
    var scores: [ImageScore] = []
    for measure in measures {
      let value: Double? =
        switch measure {
        case .peakSignalToNoiseRatio: try peakSignalToNoiseRatio(to: truth)
        case .grayPeakSignalToNoiseRatio: try gray.peakSignalToNoiseRatio(to: colors)
        case .structuralSimilarity: try structuralSimilarity(to: truth)
        case .perceptualDistance: perceptualDistance()
        case .detail: try detail(comparedTo: truth)
        case .grid: gridPeriod.flatMap { grid(period: $0) }
        case .truthGrid: gridPeriod.flatMap { truth.grid(period: $0) }
        case .colorDifference: try meanColorDifference(to: truth)
        case .grayColorDifference: try gray.meanColorDifference(to: colors)
        case .colorfulness: colorfulness()
        case .truthColorfulness: truth.colorfulness()
        }
      scores.append(ImageScore(measure, value))
    }
    return scores
  }
}

extension [ImageScore] {
  /// A measure's value; nil if it is not among the scores, or is undefined.
  public subscript(measure: ImageMeasure) -> Double? {
    first { $0.measure == measure }?.value
  }

  /// The result's grid as a multiple of the truth's; nil if either was not measured, or if the truth's is infinite.
  public var gridRatio: Double? {
    guard let grid = self[.grid], let truth = self[.truthGrid], truth.isFinite else { return nil }
    return grid / truth
  }
}
