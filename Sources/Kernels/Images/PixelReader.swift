import Threads
import VectorKernels

/// Reads a `PixelSource` whose values lie in the host's memory.
struct PixelReader {
  let batch: Int, channels: Int
  var height: Int { rows.count }
  var width: Int { columns.count }
  /// See `PixelSource.rows`.
  let rows: [Int32]
  var columns: [Int32] { didSet { isPlain = false } }
  /// See `PixelSource.isPlain`.
  private(set) var isPlain: Bool
  private let source: PixelSource
  private let parts: [Part]

  private struct Part {
    let values: UnsafePointer<Float>
    let channels: Int
    let mean: UnsafePointer<Float>?, scale: UnsafePointer<Float>?
    /// The distance from one image's statistics to the next one's; 0 where all images are one group.
    let statisticsStride: Int
    let slope: Float, ceiling: Float, factor: Float
    let slopes: UnsafePointer<Float>?
  }

  init(_ source: PixelSource) {
    self.source = source
    isPlain = source.isPlain
    (batch, channels, rows, columns) = (source.batch, source.channels, source.rows, source.columns)
    parts = source.parts.map { part in
      Part(
        values: part.values.pointer, channels: part.channels,
        mean: part.statistics.map { UnsafePointer($0.mean.pointer) },
        scale: part.statistics.map { UnsafePointer($0.inverseDeviation.pointer) },
        statisticsStride: part.statistics?.groups == 1 ? 0 : part.channels, slope: part.slope,
        ceiling: part.ceiling, factor: part.factor, slopes: part.slopes.map { UnsafePointer($0.pointer) })
    }
  }

  /// An image's values, where they are read as they are in memory.
  func plainValues(image: Int) -> UnsafePointer<Float>? {
    guard isPlain else { return nil }
    return parts[0].values + image * height * width * channels
  }

  /// Reads a rectangle of one image, with zeros outside the image.
  func read(
    image: Int, rows: Range<Int>, columns: Range<Int>, with kernels: any VectorKernels,
    into target: UnsafeMutablePointer<Float>, targetRow: Int, targetPixel: Int
  ) {
    read(
      image: image, rows: rows, columns: columns, channels: 0..<channels, with: kernels, into: target,
      targetRow: targetRow, targetPixel: targetPixel)
  }

  /// Reads some channels of it.
  func read(
    image: Int, rows rowRange: Range<Int>, columns columnRange: Range<Int>, channels channelRange: Range<Int>,
    with kernels: any VectorKernels, into target: UnsafeMutablePointer<Float>, targetRow: Int, targetPixel: Int
  ) {
    let rowIndices = rowRange.map { self.rows.indices.contains($0) ? self.rows[$0] : -1 }
    let columnIndices = columnRange.map { self.columns.indices.contains($0) ? self.columns[$0] : -1 }
    var start = 0
    let pixelParts: [PixelPart] = parts.compactMap { part in
      let own = channelRange.clamped(to: start..<start + part.channels)
      let first = own.lowerBound - start
      start += part.channels
      if own.isEmpty { return nil }
      return PixelPart(
        image: part.values + image * source.sourceHeight * source.sourceWidth * part.channels,
        pixelStride: part.channels, channels: part.channels,
        mean: part.mean.map { $0 + image * part.statisticsStride },
        scale: part.scale.map { $0 + image * part.statisticsStride }, slope: part.slope, slopes: part.slopes,
        ceiling: part.ceiling, factor: part.factor
      ).sliced(from: first, count: own.count)
    }
    rowIndices.withUnsafeBufferPointer { rowIndices in
      columnIndices.withUnsafeBufferPointer { columnIndices in
        pixelParts.withUnsafeBufferPointer { pixelParts in
          kernels.read(
            PixelRead(
              parts: pixelParts, sourceWidth: source.sourceWidth, rows: rowIndices, columns: columnIndices,
              target: target, targetRow: targetRow, targetPixel: targetPixel))
        }
      }
    }
  }

  /// All pixels, plus `addend` where there is one, into `[batch, height, width, channels]`.
  func readAll(into target: UnsafeMutablePointer<Float>, adding addend: UnsafePointer<Float>?) {
    let kernels = InstructionSet.kernels
    let rowCount = width * channels
    let bands = Bands(count: height, atMost: max(1, (1 << 15) / max(1, rowCount)))
    ThreadPool.run(count: batch * bands.pieces) { index in
      let (image, piece) = index.quotientAndRemainder(dividingBy: bands.pieces)
      let rows = bands[piece]
      let offset = (image * height + rows.lowerBound) * rowCount
      read(
        image: image, rows: rows, columns: 0..<width, with: kernels, into: target + offset, targetRow: rowCount,
        targetPixel: channels)
      if let addend { kernels.add(addend + offset, to: target + offset, count: rows.count * rowCount) }
    }
  }
}
