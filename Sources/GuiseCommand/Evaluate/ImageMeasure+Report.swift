import Images

/// How reports show a measure; JSON has the raw values as keys.
extension ImageMeasure {
  /// Over the column of a table.
  var heading: String {
    switch self {
    case .peakSignalToNoiseRatio: "PSNR"
    case .structuralSimilarity: "SSIM"
    case .detail: "detail"
    case .colorDifference: "CIEDE2000"
    case .grayPeakSignalToNoiseRatio, .grayColorDifference: "of gray"
    case .colorfulness: "colorfulness"
    case .truthColorfulness: "of truth"
    }
  }

  /// Behind the decimal point.
  var digits: Int {
    switch self {
    case .structuralSimilarity: 4
    case .detail: 3
    case .peakSignalToNoiseRatio, .grayPeakSignalToNoiseRatio, .colorDifference, .grayColorDifference: 2
    case .colorfulness, .truthColorfulness: 1
    }
  }
}
