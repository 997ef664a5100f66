import Images

/// How near results come to the truth, pixel by pixel, in their structures and in their fine detail.
public struct PairEvaluation: PairMeasure {
  /// The pixels at every border that do not count.
  public var crop: Int
  /// Whether colours are compared by their video luma alone, as the literature on super-resolution does.
  public var usesLuma: Bool

  public init(crop: Int = 0, usesLuma: Bool = false) {
    precondition(crop >= 0, "\(crop) pixels cannot be cropped")
    self.crop = crop
    self.usesLuma = usesLuma
  }

  public func scores(of images: PairImages) throws -> PairScores {
    guard images.output.width > 2 * crop, images.output.height > 2 * crop else {
      throw PairError.nothingLeft(
        output: images.pair.output.relativePath, size: images.sizes.output, crop: crop)
    }
    let (first, second) = images.output.comparable(to: images.truth, crop: crop, usesLuma: usesLuma)
    return PairScores(
      peakSignalToNoiseRatio: first.peakSignalToNoiseRatio(to: second),
      structuralSimilarity: first.structuralSimilarity(to: second), detail: first.detail(comparedTo: second))
  }
}

/// How near one result comes to its truth.
public struct PairScores: PairScoring {
  /// In decibels, infinite for equal images.
  public let peakSignalToNoiseRatio: Double
  /// Nil where a side is smaller than the measure's window of 11 pixels.
  public let structuralSimilarity: Double?
  /// The energy of fine detail as a share of the truth's, as `Image.detail(comparedTo:)`; nil where the truth has none.
  public let detail: Double?

  public static func mean(of scores: [PairScores]) -> PairScores {
    PairScores(
      peakSignalToNoiseRatio: scores.map(\.peakSignalToNoiseRatio).reduce(0, +) / Double(scores.count),
      structuralSimilarity: mean(scores.compactMap(\.structuralSimilarity)),
      detail: mean(scores.compactMap(\.detail)))
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}
