import Threads
import VectorKernels

/// What a convolution reads: images `[batch, height, width, channels]`, perhaps not yet padded, enlarged, normalised,
/// rectified or joined, which then happens while they are read.
package struct PixelSource {
  /// Neighbouring channels of one array `[batch, sourceHeight, sourceWidth, channels]`.
  package struct Part: Sendable {
    package var values: Buffer
    package var channels: Int
    package var statistics: Normalization.Statistics?
    /// What negative values, once normalised, are multiplied by.
    package var slope: Float
    /// `[channels]`, in place of `slope`.
    package var slopes: Buffer?
    /// What the rectified values are multiplied by.
    package var factor: Float = 1

    fileprivate var isUnchanged: Bool { statistics == nil && slope == 1 && slopes == nil && factor == 1 }

    package init(
      values: Buffer, channels: Int, statistics: Normalization.Statistics? = nil, slope: Float = 1,
      slopes: Buffer? = nil
    ) {
      self.values = values
      self.channels = channels
      self.statistics = statistics
      self.slope = slope
      self.slopes = slopes
    }
  }

  package var batch: Int, sourceHeight: Int, sourceWidth: Int
  /// Which row of the source each row is, -1 for one of zeros; and likewise the columns.
  package var rows: [Int32], columns: [Int32]
  package var parts: [Part]

  package init(batch: Int, sourceHeight: Int, sourceWidth: Int, rows: [Int32], columns: [Int32], parts: [Part]) {
    self.batch = batch
    self.sourceHeight = sourceHeight
    self.sourceWidth = sourceWidth
    self.rows = rows
    self.columns = columns
    self.parts = parts
  }

  /// Images as they lie in memory.
  package init(_ values: Buffer, batch: Int, height: Int, width: Int, channels: Int) {
    self.init(
      batch: batch, sourceHeight: height, sourceWidth: width, rows: (0..<Int32(height)).map { $0 },
      columns: (0..<Int32(width)).map { $0 }, parts: [Part(values: values, channels: channels)])
  }

  /// Whether all pixels are those of one array, as they are.
  package var isGathered: Bool {
    parts.count == 1 && parts[0].isUnchanged && rows.allSatisfy { $0 >= 0 } && columns.allSatisfy { $0 >= 0 }
  }

  package var height: Int { rows.count }
  package var width: Int { columns.count }
  package var channels: Int { parts.reduce(0) { $0 + $1.channels } }

  /// Copies a rectangle of one image; what lies outside of the image is zero.
  func read(
    image: Int, rows rowRange: Range<Int>, columns columnRange: Range<Int>, with kernels: any VectorKernels,
    into target: UnsafeMutablePointer<Float>, targetRow: Int, targetPixel: Int
  ) {
    let rowIndices = rowRange.map { self.rows.indices.contains($0) ? self.rows[$0] : -1 }
    let columnIndices = columnRange.map { self.columns.indices.contains($0) ? self.columns[$0] : -1 }
    let pixelParts = parts.map { part in
      let group = part.statistics.map { $0.groups == 1 ? 0 : image } ?? 0
      return PixelPart(
        image: part.values.pointer + image * sourceHeight * sourceWidth * part.channels, channels: part.channels,
        mean: part.statistics.map { UnsafePointer($0.mean + group * part.channels) },
        scale: part.statistics.map { UnsafePointer($0.inverseDeviation + group * part.channels) }, slope: part.slope,
        slopes: part.slopes.map { UnsafePointer($0.pointer) }, factor: part.factor)
    }
    rowIndices.withUnsafeBufferPointer { rowIndices in
      columnIndices.withUnsafeBufferPointer { columnIndices in
        pixelParts.withUnsafeBufferPointer { pixelParts in
          kernels.read(
            PixelRead(
              parts: pixelParts, sourceWidth: sourceWidth, rows: rowIndices, columns: columnIndices, target: target,
              targetRow: targetRow, targetPixel: targetPixel))
        }
      }
    }
  }

  /// Everything, plus `addend` where there is one, into `[batch, height, width, channels]`.
  package func materialize(into target: UnsafeMutablePointer<Float>, adding addend: UnsafePointer<Float>? = nil) {
    let kernels = InstructionSet.kernels
    let rowCount = width * channels
    let bands = Bands(count: height, atMost: max(1, (1 << 15) / max(1, rowCount)))
    ThreadPool.run(count: batch * bands.pieces) { index in
      let (image, piece) = index.quotientAndRemainder(dividingBy: bands.pieces)
      let rows = bands[piece]
      let place = (image * height + rows.lowerBound) * rowCount
      read(
        image: image, rows: rows, columns: 0..<width, with: kernels, into: target + place, targetRow: rowCount,
        targetPixel: channels)
      if let addend { kernels.add(addend + place, to: target + place, count: rows.count * rowCount) }
    }
  }
}
