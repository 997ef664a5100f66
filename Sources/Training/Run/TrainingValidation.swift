import Images

/// A measurement of one model, or of all where they are measured together: the means over the validation images.
public struct TrainingValidation: Sendable {
  public struct Score: Sendable, Equatable {
    public var measure: Measure
    public var value: Double
    /// The name of the model that was measured; nil where models are measured together.
    public var model: String?

    public init(_ measure: Measure, _ value: Double, of model: String? = nil) {
      self.measure = measure
      self.value = value
      self.model = model
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
    /// KID of a network's features, times 1000.
    public static let kernelDistance = Measure(rawValue: "kid")
    /// The share of made images that lie among real ones by a network's features, 0...1.
    public static let precision = Measure(rawValue: "precision")
    /// The share of real images that lie among made ones.
    public static let recall = Measure(rawValue: "recall")
    public static let inceptionScore = Measure(rawValue: "inceptionScore")
    /// Texture and palette together, by which translations are judged without a network.
    public static let appearance = Measure(rawValue: "appearance")
    /// The sliced Wasserstein distance of patches, in thousandths of the reference's deviations.
    public static let texture = Measure(rawValue: "texture")
    /// The same of colours.
    public static let palette = Measure(rawValue: "palette")
    /// The correlation of the edges before and after translation.
    public static let edges = Measure(rawValue: "edges")
    /// The same of lightness.
    public static let lightness = Measure(rawValue: "lightness")

    /// The percentage of images whose class is told right.
    public static let accuracy = Measure(rawValue: "accuracy")
    /// The mean cross-entropy of a classifier's probabilities, in nats.
    public static let crossEntropy = Measure(rawValue: "crossEntropy")

    /// How many of the places of a ring a generator's points reach, or of the kinds of stacked images it makes.
    public static let modes = Measure(rawValue: "modes")
    /// The share of points that lie near one of these places.
    public static let near = Measure(rawValue: "near")

    private static let distances: Set<Measure> = [
      .colorDifference, .gridRatio, .kernelDistance, .appearance, .texture, .palette, .crossEntropy,
    ]

    /// Whether a lower value is the better one. A task's own measures are the better, the higher.
    public var isDistance: Bool { Self.distances.contains(self) }

    /// For charts and logs.
    public var label: String {
      switch self {
      case .peakSignalToNoiseRatio: "PSNR, dB"
      case .structuralSimilarity: "SSIM"
      case .colorDifference: "CIEDE2000"
      case .colorfulness: "colourfulness"
      case .gridRatio: "grid, of the truth's"
      case .kernelDistance: "KID x 1000"
      case .appearance: "texture and palette"
      case .edges: "edges kept"
      case .lightness: "lightness kept"
      case .inceptionScore: "inception score"
      case .accuracy: "accuracy, %"
      case .modes: "modes reached"
      case .near: "points near modes"
      case .crossEntropy: "cross-entropy"
      default: rawValue
      }
    }
  }

  public var step: Int
  /// The name of the model that was measured; nil where models are measured together.
  public var model: String?
  /// The first one decides which measurement is the best. A run that an older version began may have fewer measures in
  /// its first measurements.
  public var scores: [Score]
  /// Whether this is the best measurement of its model in its phase so far.
  public var isBest: Bool

  public init(step: Int, model: String? = nil, scores: [Score], isBest: Bool) {
    self.step = step
    self.model = model
    self.scores = scores
    self.isBest = isBest
  }

  /// Converts an image's scores, or the means over several images, to those of a measurement.
  public static func scores(_ scores: [ImageScore]) -> [Score] {
    scores.compactMap { score in score.value.map { Score(Measure(rawValue: score.measure.rawValue), $0) } }
  }

  /// A measure's value; nil if it was not measured.
  package subscript(measure: Measure) -> Double? { scores.first { $0.measure == measure }?.value }

  /// The scores of each model, in the order in which models appear.
  static func byModel(_ scores: [Score]) -> [(model: String?, scores: [Score])] {
    scores.reduce(into: []) { models, score in
      if let index = models.firstIndex(where: { $0.model == score.model }) {
        models[index].scores.append(score)
      } else {
        models.append((score.model, [score]))
      }
    }
  }

  /// All that was measured, in the order in which it appears.
  package static func measures(of validations: [TrainingValidation]) -> [Measure] {
    validations.flatMap { $0.scores.map(\.measure) }.reduce(into: []) { measures, measure in
      if !measures.contains(measure) { measures.append(measure) }
    }
  }
}
