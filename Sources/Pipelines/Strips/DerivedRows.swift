import Layers
import Tensors

/// A convolution's output after the norm that follows it.
struct NormalizedRows: RowSource {
  let input: any RowSource
  let norm: InstanceNorm2D
  /// The statistics of all rows.
  let moments: ImageMoments

  var size: Size { input.size }
  var channels: Int { input.channels }

  func rows(_ range: Range<Int>, forgetting: Bool) throws -> Tensor {
    norm(try input.rows(range, forgetting: forgetting), by: moments)
  }

  func workingValues(rows: Int) -> Int { input.workingValues(rows: rows) }
}

/// A residual sum: a stage's input plus the output of its convolutions.
struct SumRows: RowSource {
  let input: any RowSource
  /// Reads the input ahead of the sum, so it does so through `KeptRows`.
  let branch: any RowSource

  var size: Size { input.size }
  var channels: Int { input.channels }

  func rows(_ range: Range<Int>, forgetting: Bool) throws -> Tensor {
    let added = try branch.rows(range, forgetting: forgetting)
    return try input.rows(range, forgetting: forgetting) + added
  }

  func workingValues(rows: Int) -> Int {
    rows * valuesPerRow + input.workingValues(rows: rows) + branch.workingValues(rows: rows)
  }
}

/// Rows that must not be forgotten when read, because another reader will ask for them.
struct KeptRows: RowSource {
  let input: any RowSource

  var size: Size { input.size }
  var channels: Int { input.channels }

  func rows(_ range: Range<Int>, forgetting: Bool) throws -> Tensor { try input.rows(range, forgetting: false) }

  func workingValues(rows: Int) -> Int { input.workingValues(rows: rows) }
}
