import Layers
import Tensors

/// A convolution's output, computed each time that rows are asked for.
struct ComputedRows: RowSource {
  let stage: ConvolutionStage
  let input: any RowSource
  let meter: ProgressMeter
  let size: Size

  init(_ stage: ConvolutionStage, of input: any RowSource, meter: ProgressMeter) {
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
    try meter.add(cost: stage.cost(for: input.size) * Double(made.count) / Double(size.height))
    if made == range { return output }
    return output.gathered(rows: range.map { $0 - made.lowerBound }, columns: Array(0..<size.width))
  }

  func workingValues(rows: Int) -> Int {
    let isAligned = rows % Strips.alignment == 0
    let made = min(size.height, isAligned ? rows : rows + 2 * Strips.alignment)
    // Rows in the middle, with a complete halo: the middle third of an image three times as high.
    let inner = stage.inputRows(for: size.height..<size.height + made, height: 3 * input.size.height)
    let needed = min(input.size.height, inner.count)
    return made * valuesPerRow + input.workingValues(rows: needed)
  }
}
