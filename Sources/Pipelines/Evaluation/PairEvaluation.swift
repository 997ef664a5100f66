import Images
import Models
import Tensors

/// How results are compared with the truth.
public enum PairEvaluation {
  /// Pixel by pixel, by structure and by fine detail: PSNR, SSIM and detail, by a network's features (LPIPS), and by the
  /// grid that enlarging left beside the truth's.
  ///
  /// - Parameters:
  ///   - crop: pixels to leave out at every border.
  ///   - usesLuma: whether only the video luma is compared, as in the literature on super-resolution.
  ///   - gridPeriod: the factor that the results were enlarged by, at least 1; without one, grids are not measured.
  ///   - perceptual: measures LPIPS, always of the colours; without it, LPIPS is not measured.
  case similarity(
    crop: Int = 0, usesLuma: Bool = false, gridPeriod: Int? = nil, perceptual: PerceptualDistance? = nil)
  /// By colour: PSNR and CIEDE2000, each beside the truth's score in gray, and the colourfulness of both. Gray is
  /// repeated in three channels.
  case colors

  /// By how many pixels a truth may be larger than its result at the right and bottom, where it is then cropped. Such a
  /// remainder arises if its size is not a multiple of a network's scale, which is at most 8.
  public static let largestExcess = 7

  /// What is measured, in the order of the scores.
  public var measures: [ImageMeasure] {
    switch self {
    case .similarity(_, _, let gridPeriod, let perceptual):
      [.peakSignalToNoiseRatio, .structuralSimilarity] + (perceptual == nil ? [] : [.perceptualDistance])
        + [.detail] + (gridPeriod == nil ? [] : [.grid, .truthGrid])
    case .colors:
      [
        .peakSignalToNoiseRatio, .grayPeakSignalToNoiseRatio, .colorDifference, .grayColorDifference, .colorfulness,
        .truthColorfulness,
      ]
    }
  }

  /// Scores one pair after another, continuing past those that fail.
  ///
  /// - Parameter report: called with each outcome as soon as it is known.
  public func run(_ pairs: [ImagePairs.Pair], report: (PairOutcome) -> Void = { _ in }) -> [PairOutcome] {
    pairs.map { pair in
      let outcome = PairOutcome(pair: pair, result: Result { try scores(of: pair) })
      report(outcome)
      return outcome
    }
  }

  /// Transparent images are composited on white. Throws `ImageError` or `PairError`.
  public func scores(of pair: ImagePairs.Pair) throws -> ScoredPair {
    let (output, truth) = (try Image(contentsOf: pair.output), try Image(contentsOf: pair.truth))
    let (size, truthSize) = ("\(output.width)x\(output.height)", "\(truth.width)x\(truth.height)")
    let allowed = 0...Self.largestExcess
    guard allowed.contains(truth.width - output.width), allowed.contains(truth.height - output.height) else {
      throw PairError.sizesDiffer(
        output: pair.output.relativePath, outputSize: size, truth: pair.truth.relativePath, truthSize: truthSize)
    }
    let (whole, wholeTruth) = (output.laidOnWhite(), truth.laidOnWhite().cropped(to: output.bounds))
    let (first, second) = try prepared(whole, wholeTruth, path: pair.output.relativePath)
    let distance = try perceptualDistance(whole, wholeTruth, path: pair.output.relativePath)
    return ScoredPair(
      size: size, truthSize: truthSize,
      scores: try first.scores(
        measures, against: second, gridPeriod: gridPeriod, perceptualDistance: { distance }))
  }

  private var gridPeriod: Int? {
    guard case .similarity(_, _, let gridPeriod, _) = self else { return nil }
    return gridPeriod
  }

  /// Nil if it is not asked for, or if a side is too short for the network.
  private func perceptualDistance(_ output: Image, _ truth: Image, path: String) throws(PairError) -> Double? {
    guard case .similarity(let crop, _, _, let distance?) = self else { return nil }
    let (first, second) = output.withColors().comparable(to: truth.withColors(), crop: crop)
    guard min(first.width, first.height) >= distance.smallestSide else { return nil }
    let needed = distance.memory(for: Size(height: first.height, width: first.width))
    if let available = AvailableMemory.bytes, needed > available {
      throw .notEnoughMemory(output: path, needed: needed, available: available)
    }
    return withoutGradients {
      distance(Tensor(first.array(channels: 3, range: .unit)), Tensor(second.array(channels: 3, range: .unit)))
    }
  }

  private func prepared(_ output: Image, _ truth: Image, path: String) throws(PairError) -> (Image, Image) {
    switch self {
    case .similarity(let crop, let usesLuma, _, _):
      guard crop >= 0, min(output.width, output.height) > 2 * crop else {
        throw .nothingLeft(output: path, size: "\(output.width)x\(output.height)", crop: crop)
      }
      return output.comparable(to: truth, crop: crop, usesLuma: usesLuma)
    case .colors:
      return (output.withColors(), truth.withColors())
    }
  }
}
