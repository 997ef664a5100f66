import Tensors

/// An image's features row by row, from the top: kept somewhere, or computed when they are asked for.
protocol RowSource {
  var size: Size { get }
  var channels: Int { get }

  /// `[1, rows, width, channels]`.
  ///
  /// - Parameter forgetting: whether no row above these will be asked for again.
  func rows(_ range: Range<Int>, forgetting: Bool) throws -> Tensor

  /// The peak number of values in memory while so many rows are made, themselves included, with freed blocks that wait to be
  /// used again.
  func workingValues(rows: Int) -> Int
}

extension RowSource {
  var valuesPerRow: Int { size.width * channels }
}
