import Pipelines

/// What a report shows of a pair's scores, or of their means: as cells of a table, and in JSON.
protocol PairFigures: Encodable {
  associatedtype Scores: PairScoring

  /// Over the cells.
  static var header: [String] { get }
  var cells: [String] { get }

  init(_ scores: Scores)
}

/// In decibels. JSON holds no infinite number: where images are equal it lacks the ratio.
private func finite(_ ratio: Double) -> Double? { ratio.isFinite ? ratio : nil }

struct SimilarityFigures: PairFigures {
  let psnr: Double?
  /// Where the images are equal.
  let isIdentical: Bool?
  let ssim: Double?
  let detail: Double?

  static let header = ["PSNR", "SSIM", "detail"]

  init(_ scores: PairScores) {
    psnr = finite(scores.peakSignalToNoiseRatio)
    isIdentical = psnr == nil ? true : nil
    ssim = scores.structuralSimilarity
    detail = scores.detail
  }

  var cells: [String] {
    [
      TextTable.number(psnr ?? .infinity, digits: 2), TextTable.number(ssim, digits: 4),
      TextTable.number(detail, digits: 3),
    ]
  }
}

struct ColorFigures: PairFigures {
  let psnr: Double?
  /// Where the images are equal.
  let isIdentical: Bool?
  /// Nil where the truth is gray.
  let grayPsnr: Double?
  let ciede2000: Double
  let grayCiede2000: Double
  let colorfulness: Double
  let truthColorfulness: Double

  static let header = ["PSNR", "of gray", "CIEDE2000", "of gray", "colorfulness", "of truth"]

  init(_ scores: ColorScores) {
    psnr = finite(scores.peakSignalToNoiseRatio)
    isIdentical = psnr == nil ? true : nil
    grayPsnr = finite(scores.grayPeakSignalToNoiseRatio)
    ciede2000 = scores.colorDifference
    grayCiede2000 = scores.grayColorDifference
    colorfulness = scores.colorfulness
    truthColorfulness = scores.truthColorfulness
  }

  var cells: [String] {
    [
      TextTable.number(psnr ?? .infinity, digits: 2), TextTable.number(grayPsnr ?? .infinity, digits: 2),
      TextTable.number(ciede2000, digits: 2), TextTable.number(grayCiede2000, digits: 2),
      TextTable.number(colorfulness, digits: 1), TextTable.number(truthColorfulness, digits: 1),
    ]
  }
}
