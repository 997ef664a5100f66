import Threads
import VectorKernels

/// How a depthwise convolution is cut into pieces: blocks of channels, bands of rows and, in wide images, of columns.
struct DepthwiseCuts {
  struct Piece {
    /// Output positions within each phase.
    var rows: Range<Int>, columns: Range<Int>
    var channels: Range<Int>
  }

  private let rows: Bands, columns: Bands, lines: Bands
  private let channels: Int

  /// The most input values of a piece: they stay in the second-level cache.
  private static let bandValues = 1 << 17
  private static let widestBand = 256

  /// - Parameter streams: whether the pixels are read where they lie and come from memory rather than from a cache. Memory
  ///   is fast where it is read and written in the order of addresses: in many channels at a time.
  init(vertical: [AxisTaps], horizontal: [AxisTaps], channels: Int, streams: Bool) {
    self.channels = channels
    lines = Bands(
      count: Self.wholeLines(channels) / DepthwiseProduct.channelsPerLine, atMost: streams ? 16 : 8)
    let width = lines.longest * DepthwiseProduct.channelsPerLine
    let halo = vertical.sources(of: 0..<1).count
    // The rows that an output reads, and the next one, stay in the second-level cache.
    columns = Bands(
      count: horizontal.outputCount,
      atMost: streams ? min(Self.widestBand, max(16, Self.bandValues / (2 * width * (halo + 1)))) : Self.widestBand)
    let rowValues = horizontal.sources(of: 0..<columns.longest).count * width
    let step = vertical.first?.step ?? 1
    rows = Bands(
      count: vertical.outputCount,
      atMost: streams ? 16 : min(16, max(4, (Self.bandValues / max(1, rowValues) - halo) / step)))
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

  /// Whether the caches will not keep that many values until they are read again.
  static func isLarge(_ values: Int) -> Bool { values >= 1 << 21 }

  /// A number of channels rounded up to whole lines.
  static func wholeLines(_ channels: Int) -> Int {
    let width = DepthwiseProduct.channelsPerLine
    return (channels + width - 1) / width * width
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
