import Foundation

extension Image {
  /// In decibels over all samples, alpha included, with 1 as the peak; infinite for equal images.
  public func peakSignalToNoiseRatio(to other: Image) -> Double {
    requireSameSize(as: other)
    var sum = 0.0
    for (a, b) in zip(pixels, other.pixels) {
      let difference = Double(a) - Double(b)
      sum += difference * difference
    }
    return -10 * log10(sum / Double(pixels.count))
  }

  /// The structural similarity (Wang et al. 2004), 1 for equal images: an 11x11 Gaussian window with a standard
  /// deviation of 1.5, at every place where it fits whole, averaged over places and channels.
  ///
  /// Both sides of the image must measure at least 11.
  public func structuralSimilarity(to other: Image) -> Double {
    requireSameSize(as: other)
    precondition(
      width >= GaussianWindow.size && height >= GaussianWindow.size,
      "an image of \(width)x\(height) is smaller than the window of \(GaussianWindow.size)x\(GaussianWindow.size)")
    let sum = (0..<channels).reduce(0.0) { sum, channel in
      sum + Self.meanSimilarity(samples(ofChannel: channel), other.samples(ofChannel: channel), width: width)
    }
    return sum / Double(channels)
  }

  private func requireSameSize(as other: Image) {
    precondition(
      width == other.width && height == other.height && channels == other.channels,
      "an image of \(width)x\(height)x\(channels) cannot be compared to one of "
        + "\(other.width)x\(other.height)x\(other.channels)")
  }

  private func samples(ofChannel channel: Int) -> [Double] {
    stride(from: channel, to: pixels.count, by: channels).map { Double(pixels[$0]) }
  }

  private static func meanSimilarity(_ x: [Double], _ y: [Double], width: Int) -> Double {
    func mean(_ values: [Double]) -> [Double] { GaussianWindow.filtered(values, width: width) }
    let (c1, c2) = (0.01 * 0.01, 0.03 * 0.03)
    let (meanX, meanY) = (mean(x), mean(y))
    let meanXX = mean(zip(x, x).map(*))
    let meanYY = mean(zip(y, y).map(*))
    let meanXY = mean(zip(x, y).map(*))
    let sum = meanX.indices.reduce(0.0) { sum, i in
      let (muX, muY) = (meanX[i], meanY[i])
      let varianceX = meanXX[i] - muX * muX
      let varianceY = meanYY[i] - muY * muY
      let covariance = meanXY[i] - muX * muY
      let similarity =
        (2 * muX * muY + c1) * (2 * covariance + c2)
        / ((muX * muX + muY * muY + c1) * (varianceX + varianceY + c2))
      return sum + similarity
    }
    return sum / Double(meanX.count)
  }
}

/// SSIM's window, as two passes along the axes.
private enum GaussianWindow {
  static let size = 11
  private static let deviation = 1.5

  private static let weights: [Double] = {
    let values = (0..<size).map { exp(-pow(Double($0 - size / 2), 2) / (2 * deviation * deviation)) }
    let sum = values.reduce(0, +)
    return values.map { $0 / sum }
  }()

  /// The windows' means, only where the window fits: `size - 1` fewer columns and rows.
  static func filtered(_ values: [Double], width: Int) -> [Double] {
    let height = values.count / width
    let (newWidth, newHeight) = (width - size + 1, height - size + 1)
    let weights = weights
    var across = [Double](repeating: 0, count: newWidth * height)
    for y in 0..<height {
      for x in 0..<newWidth {
        var sum = 0.0
        for i in 0..<size { sum += weights[i] * values[y * width + x + i] }
        across[y * newWidth + x] = sum
      }
    }
    var result = [Double](repeating: 0, count: newWidth * newHeight)
    for y in 0..<newHeight {
      for i in 0..<size {
        for x in 0..<newWidth { result[y * newWidth + x] += weights[i] * across[(y + i) * newWidth + x] }
      }
    }
    return result
  }
}
