import Layers
import Tensors

/// An image's features row by row, from the top: kept somewhere, or computed when they are asked for.
protocol RowSource {
  var size: Size { get }
  var channels: Int { get }

  /// `[1, rows, width, channels]`.
  ///
  /// - Parameter forgetting: whether no row above these will be asked for again.
  func rows(_ range: Range<Int>, forgetting: Bool) throws -> Tensor

  /// The values in all memory that making so many rows takes, themselves included. What is out of use waits to be used for
  /// the next rows.
  func workingValues(rows: Int) -> Int
}

extension RowSource {
  var valuesPerRow: Int { size.width * channels }
}

/// Strips of an image's rows. They begin at multiples of the tiles that kernels cut an output into, so that strips are cut
/// as the whole would be.
enum Strips {
  static let alignment = 8

  /// As many rows at a time as take memory for no more than so many values, but at least one row of tiles.
  static func height(for source: some RowSource, workingValues: Int) -> Int {
    var height = alignment
    while height < source.size.height, source.workingValues(rows: height + alignment) <= workingValues {
      height += alignment
    }
    return height
  }

  /// The whole tiles that hold some rows.
  static func aligned(_ rows: Range<Int>, height: Int) -> Range<Int> {
    rows.lowerBound / alignment * alignment..<min(height, (rows.upperBound + alignment - 1) / alignment * alignment)
  }
}

/// What a convolution makes of rows, each time they are asked for.
struct ComputedRows: RowSource {
  let stage: ConvolutionStage
  let input: any RowSource
  let meter: WorkMeter
  let size: Size

  init(_ stage: ConvolutionStage, of input: any RowSource, meter: WorkMeter) {
    self.stage = stage
    self.input = input
    self.meter = meter
    size = stage.outputSize(for: input.size)
  }

  var channels: Int { stage.outputChannels }

  func rows(_ range: Range<Int>, forgetting: Bool) throws -> Tensor {
    let made = Strips.aligned(range, height: size.height)
    let needed = stage.inputRows(for: made, height: input.size.height)
    let strip = try input.rows(needed, forgetting: forgetting)
    let output = stage(strip, first: needed.lowerBound, height: input.size.height, rows: made)
    try meter.add(stage.work(for: input.size) * Double(made.count) / Double(size.height))
    if made == range { return output }
    return output.gathered(
      rows: range.map { $0 - made.lowerBound }, columns: Array(0..<size.width))
  }

  func workingValues(rows: Int) -> Int {
    let isAligned = rows % Strips.alignment == 0
    let made = min(size.height, isAligned ? rows : rows + 2 * Strips.alignment)
    // Neither the first nor the last ones, which need fewer.
    let inner = stage.inputRows(for: size.height..<size.height + made, height: 3 * input.size.height)
    let needed = min(input.size.height, inner.count)
    return made * valuesPerRow + input.workingValues(rows: needed)
  }
}

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

/// A residual block's input and what its branch makes of it, added.
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

/// Rows that somebody else will ask for once more.
struct KeptRows: RowSource {
  let input: any RowSource

  var size: Size { input.size }
  var channels: Int { input.channels }

  func rows(_ range: Range<Int>, forgetting: Bool) throws -> Tensor { try input.rows(range, forgetting: false) }

  func workingValues(rows: Int) -> Int { input.workingValues(rows: rows) }
}
