import Threads
import VectorKernels

/// How a depthwise convolution is cut into pieces that stay in the second-level cache: blocks of channels, bands of rows and,
/// in wide images, of columns.
struct DepthwiseCuts {
  struct Piece {
    /// Output positions within each phase.
    var rows: Range<Int>, columns: Range<Int>
    var channels: Range<Int>
  }

  private let rows: Bands, columns: Bands, lines: Bands
  private let channels: Int

  /// The most input values of a piece.
  private static let bandValues = 1 << 17
  private static let widestBand = 256
  /// The most channels of a piece, in lines.
  private static let widestBlock = 8

  init(vertical: [AxisTaps], horizontal: [AxisTaps], channels: Int) {
    self.channels = channels
    lines = Bands(count: Self.wholeLines(channels) / DepthwiseProduct.channelsPerLine, atMost: Self.widestBlock)
    columns = Bands(count: horizontal.outputCount, atMost: Self.widestBand)
    let rowValues = horizontal.sources(of: 0..<columns.longest).count * lines.longest * DepthwiseProduct.channelsPerLine
    let halo = vertical.sources(of: 0..<1).count
    let step = vertical.first?.step ?? 1
    rows = Bands(count: vertical.outputCount, atMost: max(4, (Self.bandValues / max(1, rowValues) - halo) / step))
  }

  /// How many blocks of channels each band is cut into.
  var blocks: Int { lines.pieces }
  /// In an image.
  var bands: Int { rows.pieces * columns.pieces }
  var pieces: Int { bands * blocks }

  /// A band's blocks stand side by side.
  subscript(index: Int) -> Piece {
    let (place, line) = index.quotientAndRemainder(dividingBy: lines.pieces)
    let (row, column) = place.quotientAndRemainder(dividingBy: columns.pieces)
    let width = DepthwiseProduct.channelsPerLine
    return Piece(
      rows: rows[row], columns: columns[column],
      channels: lines[line].lowerBound * width..<min(lines[line].upperBound * width, channels))
  }

  /// A number of channels rounded up to whole lines.
  static func wholeLines(_ channels: Int) -> Int {
    let width = DepthwiseProduct.channelsPerLine
    return (channels + width - 1) / width * width
  }
}

/// The source pixels that a piece of a depthwise convolution needs, padded, normalised and rectified: for each line of
/// channels `[rows, columns, DepthwiseProduct.channelsPerLine]`.
struct DepthwiseBand {
  let pixelStride = DepthwiseProduct.channelsPerLine
  let rowStride: Int, lineStride: Int
  private let firstRow: Int, firstColumn: Int
  private let values: HostMemory

  init(
    _ source: PixelReader, image: Int, rows: Range<Int>, columns: Range<Int>, channels: Range<Int>,
    with kernels: any VectorKernels
  ) {
    (firstRow, firstColumn) = (rows.lowerBound, columns.lowerBound)
    rowStride = columns.count * pixelStride
    lineStride = rows.count * rowStride
    let whole = DepthwiseCuts.wholeLines(channels.count)
    values = HostMemory(count: whole / pixelStride * lineStride)
    if whole > channels.count {
      (values.pointer + values.count - lineStride).update(repeating: 0, count: lineStride)
    }
    source.readLines(
      image: image, rows: rows, columns: columns, channels: channels, with: kernels, into: values.pointer,
      targetLine: lineStride, targetRow: rowStride)
  }

  /// Where the pixel at a position of the source lies, to which taps add their offsets.
  func receptiveField(row: Int, column: Int) -> UnsafePointer<Float> {
    UnsafePointer(values.pointer) + (row - firstRow) * rowStride + (column - firstColumn) * pixelStride
  }

  /// - Parameter weightStride: from one tap's weights to the next one's.
  func taps(_ row: AxisTaps, _ column: AxisTaps, kernelWidth: Int, weightStride: Int) -> [DepthwiseTap] {
    row.taps.flatMap { vertical in
      column.taps.map { horizontal in
        DepthwiseTap(
          input: vertical.offset * rowStride + horizontal.offset * pixelStride,
          weight: (vertical.index * kernelWidth + horizontal.index) * weightStride)
      }
    }
  }
}

extension AxisTaps {
  /// The part of a range of positions that this phase has.
  func outputs(of positions: Range<Int>) -> Range<Int> { positions.clamped(to: 0..<outputCount) }
}

/// The phases of an axis, cut at the same positions.
extension [AxisTaps] {
  /// Of the longest phase.
  fileprivate var outputCount: Int { map(\.outputCount).max() ?? 0 }

  /// The source positions that a range of outputs reads in any phase.
  func sources(of outputs: Range<Int>) -> Range<Int> {
    let all = map { $0.sources(of: outputs) }
    return (all.map(\.lowerBound).min() ?? 0)..<(all.map(\.upperBound).max() ?? 0)
  }
}
