import Images

/// A measurement of the generators: the means over the validation images.
public struct TrainingValidation: Sendable {
  public struct Score: Sendable, Equatable {
    public var measure: Measure
    public var value: Double

    public init(_ measure: Measure, _ value: Double) {
      self.measure = measure
      self.value = value
    }
  }

  /// What is measured, by its name in `validation.csv`, which must not contain a comma. Tasks may define their own.
  public struct Measure: RawRepresentable, Hashable, Sendable {
    public let rawValue: String

    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// In decibels.
    public static let peakSignalToNoiseRatio = Measure(rawValue: "psnr")
    public static let structuralSimilarity = Measure(rawValue: "ssim")
    /// The mean CIEDE2000.
    public static let colorDifference = Measure(rawValue: "ciede2000")
    /// Hasler and Süsstrunk's colourfulness, as a fraction of the truth's.
    public static let colorfulness = Measure(rawValue: "colorfulness")

    /// For charts and logs.
    public var label: String {
      switch self {
      case .peakSignalToNoiseRatio: "PSNR, dB"
      case .structuralSimilarity: "SSIM"
      case .colorDifference: "CIEDE2000"
      case .colorfulness: "colourfulness"
      default: rawValue
      }
    }
  }

  public var step: Int
  /// The same measures throughout a run. The higher the first one, the better the generators.
  public var scores: [Score]
  /// Whether this is the best measurement of its phase so far.
  public var isBest: Bool

  public init(step: Int, scores: [Score], isBest: Bool) {
    self.step = step
    self.scores = scores
    self.isBest = isBest
  }

  /// Converts an image's scores, or the means over several images, to those of a measurement.
  public static func scores(_ scores: [ImageScore]) -> [Score] {
    scores.compactMap { score in score.value.map { Score(Measure(rawValue: score.measure.rawValue), $0) } }
  }
}
