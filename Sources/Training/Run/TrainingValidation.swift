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
    /// The grid that enlarging leaves, as a multiple of the truth's.
    public static let gridRatio = Measure(rawValue: "gridRatio")

    /// For charts and logs.
    public var label: String {
      switch self {
      case .peakSignalToNoiseRatio: "PSNR, dB"
      case .structuralSimilarity: "SSIM"
      case .colorDifference: "CIEDE2000"
      case .colorfulness: "colourfulness"
      case .gridRatio: "grid, of the truth's"
      default: rawValue
      }
    }
  }

  public var step: Int
  /// The higher the first one, the better the generators. A run that an older version began may have fewer measures in
  /// its first measurements.
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

  /// A measure's value; nil if it was not measured.
  subscript(measure: Measure) -> Double? { scores.first { $0.measure == measure }?.value }

  /// All that was measured, in the order in which it appears.
  static func measures(of validations: [TrainingValidation]) -> [Measure] {
    validations.flatMap { $0.scores.map(\.measure) }.reduce(into: []) { measures, measure in
      if !measures.contains(measure) { measures.append(measure) }
    }
  }
}
