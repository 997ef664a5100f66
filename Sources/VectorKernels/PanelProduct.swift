/// `output = left * right + bias`, or `output += left * right`: the one matrix product behind every convolution.
///
/// The left side is read in place, so that a convolution needs no im2col: value `k` of segment `s` in row `r` is
/// `left[line * leftLine + r * leftRow + segments[s] + k * leftStep]`. The inner dimension is all segments together,
/// `run` values each. The product is repeated for `lines` rows of pixels with the same right side.
///
/// The right side is packed in panels; see `Panels`.
package struct PanelProduct {
  package var lines = 1, rows: Int, columns: Int
  package var left: UnsafePointer<Float>
  package var leftLine = 0, leftRow: Int, leftStep = 1
  package var segments: UnsafePointer<Int>
  package var segmentCount: Int, run: Int
  package var right: UnsafePointer<Float>
  package var output: UnsafeMutablePointer<Float>
  package var outputLine = 0, outputRow: Int
  /// `[columns]`, ignored when accumulating.
  package var bias: UnsafePointer<Float>?
  package var accumulates = false
  /// Whether each 32-bit value of both sides is a pair of bfloat16 numbers, adjacent along the inner dimension, whose
  /// two products are added to a float32 sum. Requires `VectorKernels.multipliesPairs`.
  package var multipliesPairs = false

  package init(
    rows: Int, columns: Int, left: UnsafePointer<Float>, leftRow: Int, segments: UnsafePointer<Int>, segmentCount: Int,
    run: Int, right: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, outputRow: Int
  ) {
    self.rows = rows
    self.columns = columns
    self.left = left
    self.leftRow = leftRow
    self.segments = segments
    self.segmentCount = segmentCount
    self.run = run
    self.right = right
    self.output = output
    self.outputRow = outputRow
  }

  package var inner: Int { segmentCount * run }
}

/// The packed form of a product's right side `[inner, columns]`: panels of 32 columns, each `[inner, 32]`, the last one
/// `[inner, 16]` where no more than 16 columns are left; missing columns are zeros.
package enum Panels {
  package static let width = 32

  package static func count(columns: Int) -> Int { (columns + width - 1) / width }

  package static func width(of panel: Int, columns: Int) -> Int {
    columns - panel * width <= 16 ? 16 : width
  }

  /// The number of values in all panels.
  package static func size(inner: Int, columns: Int) -> Int {
    inner * ((columns + 15) / 16 * 16)
  }
}
