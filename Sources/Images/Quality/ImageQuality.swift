import Foundation

extension Image {
  /// In decibels over all samples, alpha included, with a peak of 1; infinite for equal images.
  ///
  /// Throws `ImageError.unlike` for an image of another size or with other channels.
  public func peakSignalToNoiseRatio(to other: Image) throws(ImageError) -> Double {
    try requireSameShape(as: other)
    let sums = pieceSums { (range) -> Double in
      let samples = range.lowerBound * channels..<range.upperBound * channels
      return zip(pixels[samples], other.pixels[samples]).reduce(0.0) { sum, pair in
        let difference = Double(pair.0) - Double(pair.1)
        return sum + difference * difference
      }
    }
    return -10 * log10(sums.reduce(0, +) / Double(pixels.count))
  }

  /// The structural similarity (SSIM, Wang et al. 2004), 1 for equal images: an 11x11 Gaussian window with a standard
  /// deviation of 1.5, at every position where it fits entirely, averaged over positions and channels.
  ///
  /// Nil if a side is shorter than 11 pixels, so that the window does not fit. Throws `ImageError.unlike` for an image
  /// of another size or with other channels.
  public func structuralSimilarity(to other: Image) throws(ImageError) -> Double? {
    try requireSameShape(as: other)
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

  /// Throws `ImageError.unlike` unless size and channels are the same.
  func requireSameShape(as other: Image) throws(ImageError) {
    try requireSameSize(as: other)
    guard channels == other.channels else {
      throw .unlike(first: "\(channels) channels", second: "\(other.channels)")
    }
  }

  func requireSameSize(as other: Image) throws(ImageError) {
    guard width == other.width && height == other.height else {
      throw .unlike(first: "\(width)x\(height) pixels", second: "\(other.width)x\(other.height)")
    }
  }
}
