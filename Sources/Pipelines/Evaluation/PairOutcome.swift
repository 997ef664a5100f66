import Images

/// A pair's scores, or why it has none.
public struct PairOutcome: Sendable {
  public let pair: ImagePairs.Pair
  public let result: Result<ScoredPair, any Error>
}

/// The scores of one result.
public struct ScoredPair: Sendable, Equatable {
  /// In pixels, as "640x480".
  public let size: String
  /// The truth's size before it was cropped to the result's, at the right and bottom.
  public let truthSize: String
  public let scores: [ImageScore]

  public var isTruthCropped: Bool { size != truthSize }
}

/// Means over the pairs that could be scored.
public struct PairMeans: Sendable, Equatable {
  /// The number of these pairs.
  public let pairs: Int
  public let scores: [ImageScore]
  /// Nil unless colours were compared.
  public let colors: ColorComparison?
  /// The mean grid as a multiple of the truth's: above 1 if enlarging left one. Nil unless grids were measured, and if
  /// the truths' is infinite.
  public let gridRatio: Double?

  /// Nil if no pair could be scored.
  public init?(_ outcomes: [PairOutcome]) {
    let scored = outcomes.compactMap { try? $0.result.get().scores }
    guard !scored.isEmpty else { return nil }
    pairs = scored.count
    scores = ImageScore.means(of: scored)
    colors = ColorComparison(scores)
    gridRatio = scores.gridRatio
  }
}
