import Images
import Tensors

/// How near the colours of results come to those of the truth, and how colourful both are. Gray is three equal colours.
public struct ColorEvaluation: PairMeasure {
  public init() {}

  public func scores(of images: PairImages) -> ColorScores {
    let (output, truth) = (images.output.withColors(), images.truth.withColors())
    let gray = Image(
      lightness: truth.lightnessArray(), chroma: NDArray(repeating: 0, shape: [1, truth.height, truth.width, 2]))
    return ColorScores(
      peakSignalToNoiseRatio: output.peakSignalToNoiseRatio(to: truth),
      grayPeakSignalToNoiseRatio: gray.peakSignalToNoiseRatio(to: truth),
      colorDifference: output.meanColorDifference(to: truth),
      grayColorDifference: gray.meanColorDifference(to: truth),
      colorfulness: output.colorfulness(), truthColorfulness: truth.colorfulness())
  }
}

/// How near one result's colours come to its truth's.
public struct ColorScores: PairScoring {
  /// Over red, green and blue, in decibels, infinite for equal images.
  public let peakSignalToNoiseRatio: Double
  /// What the truth would score without its colours, as gray of the same lightness.
  public let grayPeakSignalToNoiseRatio: Double
  /// The mean of CIEDE2000 over the pixels.
  public let colorDifference: Double
  /// Of the truth without its colours.
  public let grayColorDifference: Double
  /// As `Image.colorfulness()`.
  public let colorfulness: Double
  public let truthColorfulness: Double

  public static func mean(of scores: [ColorScores]) -> ColorScores {
    func mean(_ score: (ColorScores) -> Double) -> Double { scores.map(score).reduce(0, +) / Double(scores.count) }
    return ColorScores(
      peakSignalToNoiseRatio: mean(\.peakSignalToNoiseRatio),
      grayPeakSignalToNoiseRatio: mean(\.grayPeakSignalToNoiseRatio), colorDifference: mean(\.colorDifference),
      grayColorDifference: mean(\.grayColorDifference), colorfulness: mean(\.colorfulness),
      truthColorfulness: mean(\.truthColorfulness))
  }
}
