import Layers
import Tensors

/// Rows after the norm that follows their convolution.
struct NormalizedRows: RowSource {
  let input: any RowSource
  let norm: InstanceNorm2D
  /// Of all rows.
  let moments: ImageMoments

  var size: Size { input.size }
  var channels: Int { input.channels }

  func rows(_ range: Range<Int>, forgetting: Bool) throws -> Tensor {
    norm(try input.rows(range, forgetting: forgetting), by: moments)
  }

  func workingValues(rows: Int) -> Int { input.workingValues(rows: rows) }
}

/// A stage's input and what its convolutions make of it, added.
struct SumRows: RowSource {
  let input: any RowSource
  /// Reads the input through `KeptRows`, ahead of the sum.
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

/// Rows that another reader will ask for once more.
struct KeptRows: RowSource {
  let input: any RowSource

  var size: Size { input.size }
  var channels: Int { input.channels }

  func rows(_ range: Range<Int>, forgetting: Bool) throws -> Tensor { try input.rows(range, forgetting: false) }

  func workingValues(rows: Int) -> Int { input.workingValues(rows: rows) }
}
