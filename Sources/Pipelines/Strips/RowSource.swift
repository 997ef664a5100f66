import Tensors

/// An image's features, row by row from the top: stored, or computed on demand.
protocol RowSource {
  var size: Size { get }
  var channels: Int { get }

  /// Returns `[1, rows, width, channels]`.
  ///
  /// - Parameter forgetting: whether no row above the range will be asked for again.
  func rows(_ range: Range<Int>, forgetting: Bool) throws -> Tensor

  /// The peak number of values in memory while that many rows are made, including the rows themselves and freed blocks
  /// that are not yet reused.
  func workingValues(rows: Int) -> Int
}

extension RowSource {
  var valuesPerRow: Int { size.width * channels }
}
