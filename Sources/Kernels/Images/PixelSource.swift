/// A convolution's input: images `[batch, height, width, channels]` whose padding, nearest-neighbour upsampling,
/// normalisation, rectification and concatenation may be deferred until they are read.
package struct PixelSource: Sendable {
  /// Adjacent channels, which come from one array `[batch, sourceHeight, sourceWidth, channels]`.
  package struct Part: Sendable {
    package var values: Buffer
    package var channels: Int
    package var statistics: NormStatistics?
    /// The factor of negative values, after normalisation.
    package var slope: Float
    /// `[channels]`: a slope for each channel, in place of `slope`.
    package var slopes: Buffer?
    /// The largest value that the rectified ones may have.
    package var ceiling = Float.infinity
    /// The factor of all values, after rectification.
    package var factor: Float = 1

    /// Whether no rectifier or factor is applied yet, so that a rectifier can follow.
    package var isUnrectified: Bool { slope == 1 && slopes == nil && ceiling == .infinity && factor == 1 }
    package var isUnchanged: Bool { statistics == nil && isUnrectified }

    package init(
      values: Buffer, channels: Int, statistics: NormStatistics? = nil, slope: Float = 1, slopes: Buffer? = nil
    ) {
      self.values = values
      self.channels = channels
      self.statistics = statistics
      self.slope = slope
      self.slopes = slopes
    }
  }

  package var batch: Int, sourceHeight: Int, sourceWidth: Int
  /// For each row, the source row that it copies, or -1 for a row of zeros; likewise for the columns.
  package var rows: [Int32], columns: [Int32]
  package var parts: [Part]
  /// Whether the values are a loss's gradient, of whatever order of magnitude.
  package var isGradient = false

  package init(batch: Int, sourceHeight: Int, sourceWidth: Int, rows: [Int32], columns: [Int32], parts: [Part]) {
    self.batch = batch
    self.sourceHeight = sourceHeight
    self.sourceWidth = sourceWidth
    self.rows = rows
    self.columns = columns
    self.parts = parts
  }

  /// Images that are read as they are in memory.
  package init(_ values: Buffer, batch: Int, height: Int, width: Int, channels: Int) {
    self.init(
      batch: batch, sourceHeight: height, sourceWidth: width, rows: (0..<Int32(height)).map { $0 },
      columns: (0..<Int32(width)).map { $0 }, parts: [Part(values: values, channels: channels)])
  }

  /// Whether every pixel is an unchanged copy of one array's pixel.
  package var isGathered: Bool {
    parts.count == 1 && parts[0].isUnchanged && rows.allSatisfy { $0 >= 0 } && columns.allSatisfy { $0 >= 0 }
  }

  /// Whether the pixels are one array's, as they are in memory.
  package var isPlain: Bool {
    parts.count == 1 && parts[0].isUnchanged && rows.elementsEqual(0..<Int32(sourceHeight))
      && columns.elementsEqual(0..<Int32(sourceWidth))
  }

  package var height: Int { rows.count }
  package var width: Int { columns.count }
  package var channels: Int { parts.reduce(0) { $0 + $1.channels } }
}
