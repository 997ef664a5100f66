import Foundation
import Images

/// How near results come to the truth.
public struct PairEvaluation: Sendable {
  /// A truth may be larger than its result by so many pixels at the right and bottom: what is left over where its size
  /// is no multiple of the factor, 8 at most, by which a network enlarges.
  public static let largestExcess = 7

  /// The pixels at every border that do not count.
  public var crop: Int
  /// Whether colours are compared by their video luma alone, as the literature on super-resolution does.
  public var usesLuma: Bool

  public init(crop: Int = 0, usesLuma: Bool = false) {
    precondition(crop >= 0, "\(crop) pixels cannot be cropped")
    self.crop = crop
    self.usesLuma = usesLuma
  }

  /// Scores pair after pair, on after one that fails.
  ///
  /// - Parameter report: called with each outcome as soon as it is known.
  public func run(_ pairs: [ImagePairs.Pair], report: (PairOutcome) -> Void = { _ in }) -> [PairOutcome] {
    pairs.map { pair in
      let outcome = PairOutcome(pair: pair, result: Result { try scores(of: pair) })
      report(outcome)
      return outcome
    }
  }

  /// Throws `ImageError` or `PairError`.
  public func scores(of pair: ImagePairs.Pair) throws -> PairScores {
    let output = try Image(contentsOf: pair.output)
    let truth = try Image(contentsOf: pair.truth)
    let excess = (truth.width - output.width, truth.height - output.height)
    guard (0...Self.largestExcess).contains(excess.0), (0...Self.largestExcess).contains(excess.1) else {
      throw PairError.sizesDiffer(
        output: pair.output.relativePath, outputSize: output.sizeText, truth: pair.truth.relativePath,
        truthSize: truth.sizeText)
    }
    guard output.width > 2 * crop, output.height > 2 * crop else {
      throw PairError.nothingLeft(output: pair.output.relativePath, size: output.sizeText, crop: crop)
    }
    let (first, second) = comparable(output, truth)
    return PairScores(
      outputSize: output.sizeText, truthSize: truth.sizeText,
      peakSignalToNoiseRatio: first.peakSignalToNoiseRatio(to: second),
      structuralSimilarity: first.structuralSimilarity(to: second), detail: first.detail(comparedTo: second))
  }

  /// The parts that count, with the same channels: transparent images as they look on white, gray as three equal
  /// colours where the other has colours, or the luma. Where the truth is gray it is its own luma.
  private func comparable(_ output: Image, _ truth: Image) -> (Image, Image) {
    let images = [output, truth].map {
      $0.laidOnWhite().cropped(x: crop, y: crop, width: output.width - 2 * crop, height: output.height - 2 * crop)
    }
    let (first, second) = (images[0], images[1])
    if usesLuma {
      return second.channels == 1 ? (first.grayscale(), second) : (first.videoLuma(), second.videoLuma())
    }
    return first.channels == second.channels ? (first, second) : (first.withColors(), second.withColors())
  }
}

extension Image {
  fileprivate var sizeText: String { "\(width)x\(height)" }
}

/// How near one result comes to its truth.
public struct PairScores: Sendable, Equatable {
  /// In pixels, "640x480"; the truth is cropped to it at the right and bottom where it is larger.
  public let outputSize: String
  public let truthSize: String
  /// In decibels, infinite for equal images.
  public let peakSignalToNoiseRatio: Double
  /// Nil where a side is smaller than the measure's window of 11 pixels.
  public let structuralSimilarity: Double?
  /// The energy of fine detail as a share of the truth's, as `Image.detail(comparedTo:)`; nil where the truth has none.
  public let detail: Double?

  public var isTruthCropped: Bool { outputSize != truthSize }
}

public struct PairOutcome: Sendable {
  public let pair: ImagePairs.Pair
  public let result: Result<PairScores, any Error>
}

/// Means over the pairs that could be scored.
public struct PairMeans: Sendable, Equatable {
  public let pairs: Int
  /// Infinite where one of them is.
  public let peakSignalToNoiseRatio: Double
  /// Over the pairs that have one; nil where none has.
  public let structuralSimilarity: Double?
  /// Alike.
  public let detail: Double?

  /// Nil where no pair could be scored.
  public init?(_ outcomes: [PairOutcome]) {
    let scores = outcomes.compactMap { try? $0.result.get() }
    guard let ratio = Self.mean(scores.map(\.peakSignalToNoiseRatio)) else { return nil }
    pairs = scores.count
    peakSignalToNoiseRatio = ratio
    structuralSimilarity = Self.mean(scores.compactMap(\.structuralSimilarity))
    detail = Self.mean(scores.compactMap(\.detail))
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}
