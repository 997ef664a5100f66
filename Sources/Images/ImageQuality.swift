import Foundation
import Kernels

extension Image {
  /// In decibels over all samples, alpha included, with 1 as the peak; infinite for equal images.
  public func peakSignalToNoiseRatio(to other: Image) -> Double {
    requireSameSize(as: other)
    let samplesPerPiece = 1 << 16
    let sum = Self.sum(count: (pixels.count + samplesPerPiece - 1) / samplesPerPiece) { piece in
      let range = piece * samplesPerPiece..<min(pixels.count, (piece + 1) * samplesPerPiece)
      return zip(pixels[range], other.pixels[range]).reduce(0.0) { sum, pair in
        let difference = Double(pair.0) - Double(pair.1)
        return sum + difference * difference
      }
    }
    return -10 * log10(sum / Double(pixels.count))
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
    let sum = Self.sum(count: channels * bands) { index in
      let (channel, band) = index.quotientAndRemainder(dividingBy: bands)
      let rows = band * rowsPerBand..<min(down, (band + 1) * rowsPerBand)
      return SimilarityWindow.similarities(of: self, and: other, channel: channel, rows: rows)
    }
    return sum / Double(across * down * channels)
  }

  func requireSameSize(as other: Image) {
    precondition(
      width == other.width && height == other.height && channels == other.channels,
      "an image of \(width)x\(height)x\(channels) cannot be compared to one of "
        + "\(other.width)x\(other.height)x\(other.channels)")
  }

  /// `term(0)` to `term(count - 1)`, worked out on several threads and added in order.
  private static func sum(count: Int, of term: (Int) -> Double) -> Double {
    let terms = [Double](unsafeUninitializedCapacity: count) { terms, initializedCount in
      let terms = terms
      ThreadPool.run(count: count) { terms[$0] = term($0) }
      initializedCount = count
    }
    return terms.reduce(0, +)
  }
}
