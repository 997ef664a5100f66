import Foundation
import Images

/// A way to say how near a result comes to its truth.
public protocol PairMeasure: Sendable {
  associatedtype Scores: PairScoring

  /// Throws `PairError` for images that cannot be compared.
  func scores(of images: PairImages) throws -> Scores
}

/// What one measure finds of one pair.
public protocol PairScoring: Sendable, Equatable {
  /// Each score's mean, over those that have it; of one pair at least.
  static func mean(of scores: [Self]) -> Self
}

extension PairMeasure {
  /// Scores pair after pair, on after one that fails.
  ///
  /// - Parameter report: called with each outcome as soon as it is known.
  public func run(
    _ pairs: [ImagePairs.Pair], report: (PairOutcome<Scores>) -> Void = { _ in }
  ) -> [PairOutcome<Scores>] {
    pairs.map { pair in
      let outcome = PairOutcome(pair: pair, result: Result { try scores(of: pair) })
      report(outcome)
      return outcome
    }
  }

  /// Throws `ImageError` or `PairError`.
  public func scores(of pair: ImagePairs.Pair) throws -> ScoredPair<Scores> {
    let images = try PairImages(pair)
    return ScoredPair(sizes: images.sizes, scores: try scores(of: images))
  }
}

public struct ScoredPair<Scores: PairScoring>: Sendable, Equatable {
  public let sizes: PairSizes
  public let scores: Scores
}

public struct PairOutcome<Scores: PairScoring>: Sendable {
  public let pair: ImagePairs.Pair
  public let result: Result<ScoredPair<Scores>, any Error>
}

/// Means over the pairs that could be scored.
public struct PairMeans<Scores: PairScoring>: Sendable, Equatable {
  public let pairs: Int
  public let scores: Scores

  /// Nil where no pair could be scored.
  public init?(_ outcomes: [PairOutcome<Scores>]) {
    let scored = outcomes.compactMap { try? $0.result.get().scores }
    guard !scored.isEmpty else { return nil }
    pairs = scored.count
    scores = .mean(of: scored)
  }
}
