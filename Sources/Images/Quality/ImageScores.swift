/// What can be measured of a result beside its truth, by the names that reports and `validation.csv` use.
public enum ImageMeasure: String, Sendable, CaseIterable {
  /// In decibels over all samples, infinite for equal images.
  case peakSignalToNoiseRatio = "psnr"
  /// The truth's own without its colours, as gray of the same lightness: what a result in gray would score.
  case grayPeakSignalToNoiseRatio = "grayPsnr"
  /// SSIM, 1 for equal images; none where a side measures less than 11 pixels.
  case structuralSimilarity = "ssim"
  /// The energy of fine detail as a share of the truth's; none where the truth has no detail.
  case detail
  /// The mean CIEDE2000 over the pixels: about 1 for what an eye can just tell apart.
  case colorDifference = "ciede2000"
  /// The truth's own without its colours.
  case grayColorDifference = "grayCiede2000"
  /// The result's colourfulness (Hasler and Süsstrunk 2003): 0 for gray, about 33 for moderately colourful pictures.
  case colorfulness
  /// The truth's.
  case truthColorfulness
}

/// One measure's value: of one image, or the mean over several.
public struct ImageScore: Sendable, Equatable {
  public let measure: ImageMeasure
  /// Nil where the measure has none for this image.
  public let value: Double?

  public init(_ measure: ImageMeasure, _ value: Double?) {
    self.measure = measure
    self.value = value
  }

  /// Measure by measure, the means over the images that have a value. The lists hold the same measures in the same
  /// order.
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
  /// Throws `ImageError.unlike` for a truth of another size or with other channels.
  public func scores(_ measures: [ImageMeasure], against truth: Image) throws(ImageError) -> [ImageScore] {
    lazy var colors = truth.withoutAlpha().withColors()
    lazy var gray = truth.withoutColors()
    var scores: [ImageScore] = []
    for measure in measures {
      let value: Double? =
        switch measure {
        case .peakSignalToNoiseRatio: try peakSignalToNoiseRatio(to: truth)
        case .grayPeakSignalToNoiseRatio: try gray.peakSignalToNoiseRatio(to: colors)
        case .structuralSimilarity: try structuralSimilarity(to: truth)
        case .detail: try detail(comparedTo: truth)
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
  /// A measure's value; nil where it is not among the scores, or has none.
  public subscript(measure: ImageMeasure) -> Double? {
    first { $0.measure == measure }?.value
  }
}
