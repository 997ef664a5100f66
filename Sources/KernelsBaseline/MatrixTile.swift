import VectorKernels

/// One tile's accumulators, `width` registers for each of `rows` rows, held in registers over the whole inner
/// dimension.
typealias TileSums<let rows: Int, let width: Int> = InlineArray<width, InlineArray<rows, Lanes>>

/// Computes one tile of a product, `rows` rows by `width` registers.
///
/// - Parameters:
///   - right: the tile's first column in its panel, whose rows are `rightRow` values apart.
///   - columns: how many columns the output has from the tile's first one on.
@inline(__always)
func multiplyTile<let rows: Int, let width: Int, Products: TileProducts>(
  _ zero: TileSums<rows, width>, _ products: Products.Type, _ product: PanelProduct, left: UnsafePointer<Float>,
  right: UnsafePointer<Float>, rightRow: Int, output: UnsafeMutablePointer<Float>, columns: Int,
  bias: UnsafePointer<Float>?
) {
  var sums = zero
  var right = right
  let leftRow = product.leftRow
  // One loop over all segments, because in two nested loops the compiler keeps a second copy of every accumulator.
  var segments = product.segments
  var rest = 0
  var left = left
  let start = left
  for _ in 0..<product.inner {
    if rest == 0 {
      left = start + segments[0]
      segments += 1
      rest = product.run
    }
    rest &-= 1
    var values = InlineArray<width, Lanes>(repeating: .zero)
    for column in 0..<width { values[unchecked: column] = load(right + column &* laneCount) }
    unrolled(rows) { row in
      let x = Lanes(repeating: left[row &* leftRow])
      for column in 0..<width {
        let sum = sums[unchecked: column][unchecked: row]
        sums[unchecked: column][unchecked: row] = Products.add(sum, x, values[unchecked: column])
      }
    }
    left += product.leftStep
    right += rightRow
  }
  guard columns >= width * laneCount else {
    writePart(sums, product, output: output, columns: columns, bias: bias)
    return
  }
  if product.accumulates {
    unrolled(rows) { row in
      for column in 0..<width {
        let target = output + row &* product.outputRow + column &* laneCount
        store(load(target) + sums[unchecked: column][unchecked: row], target)
      }
    }
    return
  }
  var shift = InlineArray<width, Lanes>(repeating: .zero)
  if let bias {
    for column in 0..<width { shift[unchecked: column] = load(bias + column &* laneCount) }
  }
  unrolled(rows) { row in
    for column in 0..<width {
      let target = output + row &* product.outputRow + column &* laneCount
      store(sums[unchecked: column][unchecked: row] + shift[unchecked: column], target)
    }
  }
}

/// Writes the first `columns` columns of a tile that extends beyond the product's right edge.
@inline(__always)
private func writePart<let rows: Int, let width: Int>(
  _ sums: TileSums<rows, width>, _ product: PanelProduct, output: UnsafeMutablePointer<Float>, columns: Int,
  bias: UnsafePointer<Float>?
) {
  withUnsafeTemporaryAllocation(of: Lanes.self, capacity: rows * width) { whole in
    let whole = whole.baseAddress.unsafelyUnwrapped
    unrolled(rows) { row in
      for column in 0..<width { whole[row &* width &+ column] = sums[unchecked: column][unchecked: row] }
    }
    let values = UnsafeRawPointer(whole).assumingMemoryBound(to: Float.self)
    for row in 0..<rows {
      let target = output + row * product.outputRow
      for column in 0..<columns {
        let sum = values[row * width * laneCount + column]
        target[column] = product.accumulates ? target[column] + sum : sum + (bias?[column] ?? 0)
      }
    }
  }
}

/// Computes one line of a product for `width` registers of a panel's columns, tile by tile.
@inline(__always)
func multiplyLine<let width: Int, Products: TileProducts>(
  _ width: InlineArray<width, Lanes>, _ products: Products.Type, _ product: PanelProduct, left: UnsafePointer<Float>,
  right: UnsafePointer<Float>, rightRow: Int, output: UnsafeMutablePointer<Float>, columns: Int,
  bias: UnsafePointer<Float>?
) {
  let tiles = (product.rows + rowsPerTile - 1) / rowsPerTile
  for tile in 0..<tiles {
    let (start, end) = (product.rows * tile / tiles, product.rows * (tile + 1) / tiles)
    let (left, output) = (left + start * product.leftRow, output + start * product.outputRow)
    switch end - start {
    case 1: run(TileSums<1, width>(repeating: .init(repeating: .zero)), left, output)
    case 2: run(TileSums<2, width>(repeating: .init(repeating: .zero)), left, output)
    case 3: run(TileSums<3, width>(repeating: .init(repeating: .zero)), left, output)
    case 4: run(TileSums<4, width>(repeating: .init(repeating: .zero)), left, output)
    case 5: run(TileSums<5, width>(repeating: .init(repeating: .zero)), left, output)
    case 6: run(TileSums<6, width>(repeating: .init(repeating: .zero)), left, output)
    #if AVX512 || arch(arm64)
    case 7: run(TileSums<7, width>(repeating: .init(repeating: .zero)), left, output)
    case 8: run(TileSums<8, width>(repeating: .init(repeating: .zero)), left, output)
    case 9: run(TileSums<9, width>(repeating: .init(repeating: .zero)), left, output)
    case 10: run(TileSums<10, width>(repeating: .init(repeating: .zero)), left, output)
    case 11: run(TileSums<11, width>(repeating: .init(repeating: .zero)), left, output)
    case 12: run(TileSums<12, width>(repeating: .init(repeating: .zero)), left, output)
    #endif
    #if AVX512
    case 13: run(TileSums<13, width>(repeating: .init(repeating: .zero)), left, output)
    case 14: run(TileSums<14, width>(repeating: .init(repeating: .zero)), left, output)
    #endif
    default: preconditionFailure("a tile has 1 to \(rowsPerTile) rows, not \(end - start)")
    }
  }

  @inline(__always)
  func run<let rows: Int>(
    _ zero: TileSums<rows, width>, _ left: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>
  ) {
    multiplyTile(
      zero, products, product, left: left, right: right, rightRow: rightRow, output: output, columns: columns,
      bias: bias)
  }
}

extension Level {
  package func multiply(_ product: PanelProduct) {
    #if AVX512
    if product.multipliesPairs {
      multiply(product, PairProducts.self)
      return
    }
    #endif
    multiply(product, SingleProducts.self)
  }

  @inline(__always)
  private func multiply<Products: TileProducts>(_ product: PanelProduct, _ products: Products.Type) {
    for panel in 0..<Panels.count(columns: product.columns) {
      let first = panel * Panels.width
      let width = Panels.width(of: panel, columns: product.columns)
      let columns = min(width, product.columns - first)
      let right = product.right + first * product.inner
      for line in 0..<product.lines {
        let left = product.left + line * product.leftLine
        let output = product.output + line * product.outputLine + first
        let bias = product.bias.map { $0 + first }
        if width < 2 * laneCount {
          multiplyLine(
            InlineArray<1, Lanes>(repeating: .zero), products, product, left: left, right: right, rightRow: width,
            output: output, columns: columns, bias: bias)
          continue
        }
        for column in stride(from: 0, to: columns, by: 2 * laneCount) {
          multiplyLine(
            InlineArray<2, Lanes>(repeating: .zero), products, product, left: left, right: right + column,
            rightRow: width, output: output + column, columns: columns - column, bias: bias.map { $0 + column })
        }
      }
    }
  }
}
