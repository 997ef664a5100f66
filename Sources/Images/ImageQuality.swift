import Foundation

extension Image {
  /// In decibels over all samples, alpha included, with 1 as the peak; infinite for equal images.
  public func peakSignalToNoiseRatio(to other: Image) -> Double {
    requireSameSize(as: other)
    let sums = pieceSums { (range) -> Double in
      let samples = range.lowerBound * channels..<range.upperBound * channels
      return zip(pixels[samples], other.pixels[samples]).reduce(0.0) { sum, pair in
        let difference = Double(pair.0) - Double(pair.1)
        return sum + difference * difference
      }
    }
    return -10 * log10(sums.reduce(0, +) / Double(pixels.count))
  }

  /// The structural similarity (Wang et al. 2004), 1 for equal images: an 11x11 Gaussian window with a standard
  /// deviation of 1.5, at every place where it fits whole, averaged over places and channels.
  ///
  /// Nil where a side measures less than 11: the window fits nowhere.
  public func structuralSimilarity(to other: Image) -> Double? {
    requireSameSize(as: other)
    let (across, down) = (width - SimilarityWindow.size + 1, height - SimilarityWindow.size + 1)
    guard across > 0 && down > 0 else { return nil }
    let rowsPerBand = 32
    let bands = (down + rowsPerBand - 1) / rowsPerBand
    let sums = Self.terms(count: channels * bands) { index in
      let (channel, band) = index.quotientAndRemainder(dividingBy: bands)
      let rows = band * rowsPerBand..<min(down, (band + 1) * rowsPerBand)
      return SimilarityWindow.similarities(of: self, and: other, channel: channel, rows: rows)
    }
    return sums.reduce(0, +) / Double(across * down * channels)
  }

  func requireSameSize(as other: Image) {
    requireSameSides(as: other)
    precondition(
      channels == other.channels,
      "an image of \(channels) channels cannot be compared to one of \(other.channels)")
  }

  func requireSameSides(as other: Image) {
    precondition(
      width == other.width && height == other.height,
      "an image of \(width)x\(height) pixels cannot be compared to one of \(other.width)x\(other.height)")
  }
}
