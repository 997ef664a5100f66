import Images

/// What the mean scores of results in colour come to, beside gray and beside the truth.
public struct ColorComparison: Sendable, Equatable {
  /// A CIEDE2000 that cannot be seen. Rounding alone leaves less between a gray truth and itself in gray.
  private static let smallestDifference = 0.01

  /// The mean CIEDE2000 as a fraction of gray's: below 1 if the colours are better than none. Nil if the truths are gray.
  public let colorDifferenceRatio: Double?
  /// By how many decibels the mean PSNR exceeds gray's; nil if one of them is infinite or the truths are gray.
  public let peakSignalToNoiseGain: Double?
  /// The mean colourfulness as a fraction of the truth's; nil if the truths are gray.
  public let colorfulnessRatio: Double?

  /// - Parameter means: those of `PairEvaluation.colors`; nil for others.
  init?(_ means: [ImageScore]) {
    guard let difference = means[.colorDifference], let grayDifference = means[.grayColorDifference],
      let ratio = means[.peakSignalToNoiseRatio], let grayRatio = means[.grayPeakSignalToNoiseRatio],
      let colorfulness = means[.colorfulness], let truthColorfulness = means[.truthColorfulness]
    else { return nil }
    let hasColors = grayDifference > Self.smallestDifference
    colorDifferenceRatio = hasColors ? difference / grayDifference : nil
    peakSignalToNoiseGain = hasColors && ratio.isFinite && grayRatio.isFinite ? ratio - grayRatio : nil
    colorfulnessRatio = hasColors && truthColorfulness > 0 ? colorfulness / truthColorfulness : nil
  }
}
