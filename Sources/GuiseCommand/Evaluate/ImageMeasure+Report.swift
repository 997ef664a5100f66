import Images

/// How tables show a measure; in JSON its raw value is the key.
extension ImageMeasure {
  /// The heading of its column.
  var heading: String {
    switch self {
    case .peakSignalToNoiseRatio: "PSNR"
    case .structuralSimilarity: "SSIM"
    case .perceptualDistance: "LPIPS"
    case .detail: "detail"
    case .grid: "grid"
    case .colorDifference: "CIEDE2000"
    case .grayPeakSignalToNoiseRatio, .grayColorDifference: "of gray"
    case .colorfulness: "colorfulness"
    case .truthColorfulness, .truthGrid: "of truth"
    }
  }

  /// Digits after the decimal point.
  var digits: Int {
    switch self {
    case .structuralSimilarity, .perceptualDistance: 4
    case .detail, .grid, .truthGrid: 3
    case .peakSignalToNoiseRatio, .grayPeakSignalToNoiseRatio, .colorDifference, .grayColorDifference: 2
    case .colorfulness, .truthColorfulness: 1
    }
  }
}
