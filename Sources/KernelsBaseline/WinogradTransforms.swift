import VectorKernels

extension Level {
  /// B' d B: transforms tiles of input pixels.
  package func transformInput(_ transform: WinogradTransform) {
    switch transform.form {
    case .unit: toPositions(transform, step: 4) { UnitLines.input($0) }
    case .strided: toPositions(transform, step: 8) { StridedLines.input($0) }
    case .enlarging: toPositions(transform, step: 4) { EnlargingLines.input($0) }
    }
  }

  /// A d A', the adjoint of `transformProducts`: transforms tiles of the output gradient.
  package func transformOutputGradient(_ transform: WinogradTransform) {
    switch transform.form {
    case .unit: toPositions(transform, step: 4) { UnitLines.outputGradient($0) }
    case .strided: toPositions(transform, step: 4) { StridedLines.outputGradient($0) }
    case .enlarging: preconditionFailure("a transposed convolution's weight gradient is computed as its convolution's")
    }
  }

  /// A' m A: transforms products to output tiles, of which only the first `height` rows lie in the image, and of the
  /// last tile only the first `lastWidth` columns.
  package func transformProducts(
    _ transform: WinogradTransform, bias: UnsafePointer<Float>?, height: Int, lastWidth: Int
  ) {
    switch transform.form {
    case .unit: toPixels(transform, bias, height, lastWidth) { UnitLines.output($0) }
    case .strided: toPixels(transform, bias, height, lastWidth) { StridedLines.output($0) }
    case .enlarging: toPixels(transform, bias, height, lastWidth) { EnlargingLines.output($0) }
    }
  }

  /// G g G': transforms rows of a kernel's nine matrices to the same rows of every position's matrix, packed in panels.
  package func transformWeight(_ weight: WinogradWeight, rows: Range<Int>) {
    switch weight.form {
    case .unit: toPanels(weight, rows) { UnitLines.weight($0) }
    case .strided: toPanels(weight, rows) { StridedLines.weight($0) }
    case .enlarging: toPanels(weight, rows) { EnlargingLines.weight($0) }
    }
  }

  /// G' u G, the adjoint of `transformWeight`: transforms a range of every position's matrix to the same range of the
  /// kernel's nine matrices, which are `stride` values apart.
  package func transformWeightGradient(
    _ form: WinogradForm, from products: UnsafePointer<Float>, positionStride: Int,
    into gradient: UnsafeMutablePointer<Float>, stride: Int, range: Range<Int>
  ) {
    switch form {
    case .unit: toKernel(products, positionStride, gradient, stride, range) { UnitLines.weightGradient($0) }
    case .strided: toKernel(products, positionStride, gradient, stride, range) { StridedLines.weightGradient($0) }
    case .enlarging: preconditionFailure("a transposed convolution's weight gradient is computed as its convolution's")
    }
  }
}

@inline(__always)
private func toPositions<let n: Int, let m: Int>(
  _ transform: WinogradTransform, step: Int, _ line: (Line<n>) -> Line<m>
) {
  let stride = transform.positionStride
  forEachTile(transform) { tile, channel, scratch in
    let pixels = transform.pixels + tile * step * transform.pixelColumn + channel
    let positions = transform.transformed + tile * transform.tileStride + channel
    apply(
      line, to: Grid(pixels, transform.pixelRow, transform.pixelColumn), into: Grid(positions, m * stride, stride),
      scratch)
  }
}

@inline(__always)
private func toPixels<let n: Int, let m: Int>(
  _ transform: WinogradTransform, _ bias: UnsafePointer<Float>?, _ height: Int, _ lastWidth: Int,
  _ line: (Line<n>) -> Line<m>
) {
  let stride = transform.positionStride
  forEachTile(transform) { tile, channel, scratch in
    let positions = transform.transformed + tile * transform.tileStride + channel
    let pixels = transform.pixels + tile * m * transform.pixelColumn + channel
    let (row, column) = (transform.pixelRow, transform.pixelColumn)
    let shift = bias.map { load($0 + channel) } ?? .zero
    let width = tile == transform.tiles - 1 ? lastWidth : m
    if height == m, width == m {
      apply(line, to: Grid(positions, n * stride, stride), into: Grid(pixels, row, column), scratch, adding: shift)
      return
    }
    // A tile that extends beyond the image goes to scratch memory, from which only the part inside is copied.
    let tile = scratch + n * m
    let values = UnsafeMutableRawPointer(tile).assumingMemoryBound(to: Float.self)
    apply(
      line, to: Grid(positions, n * stride, stride), into: Grid(values, m * laneCount, laneCount), scratch,
      adding: shift)
    for y in 0..<height {
      for x in 0..<width { store(tile[y * m + x], pixels + y * row + x * column) }
    }
  }
}

@inline(__always)
private func toPanels<let n: Int, let m: Int>(
  _ weight: WinogradWeight, _ rows: Range<Int>, _ line: (Line<n>) -> Line<m>
) {
  let (matrix, positions) = (weight.rows * weight.columns, weight.positionStride)
  withScratch { scratch in
    for panel in 0..<Panels.count(columns: weight.columns) {
      let first = panel * Panels.width
      let width = Panels.width(of: panel, columns: weight.columns)
      for row in rows {
        for column in stride(from: 0, to: width, by: laneCount) {
          let kernel = UnsafeMutablePointer(mutating: weight.kernel) + row * weight.columns + first + column
          let target = weight.panels + first * weight.rows + row * width + column
          apply(line, to: Grid(kernel, n * matrix, matrix), into: Grid(target, m * positions, positions), scratch)
        }
      }
    }
  }
}

@inline(__always)
private func toKernel<let n: Int, let m: Int>(
  _ products: UnsafePointer<Float>, _ positionStride: Int, _ gradient: UnsafeMutablePointer<Float>, _ matrix: Int,
  _ range: Range<Int>, _ line: (Line<n>) -> Line<m>
) {
  let products = UnsafeMutablePointer(mutating: products)
  withScratch { scratch in
    for start in stride(from: range.lowerBound, to: range.upperBound, by: laneCount) {
      apply(
        line, to: Grid(products + start, n * positionStride, positionStride),
        into: Grid(gradient + start, m * matrix, matrix), scratch)
    }
  }
}

@inline(__always)
private func forEachTile(
  _ transform: WinogradTransform, _ body: (_ tile: Int, _ channel: Int, UnsafeMutablePointer<Lanes>) -> Void
) {
  withScratch { scratch in
    for tile in 0..<transform.tiles {
      for channel in stride(from: 0, to: transform.channels, by: laneCount) { body(tile, channel, scratch) }
    }
  }
}

/// Scratch memory for a half-finished transform and one output tile, allocated once for all tiles because it is too
/// large for the stack.
@inline(__always)
private func withScratch(_ body: (UnsafeMutablePointer<Lanes>) -> Void) {
  withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 2 * 81) { body($0.baseAddress.unsafelyUnwrapped) }
}

/// A grid of vectors in memory; `row` and `column` are its strides, in values.
private struct Grid {
  var first: UnsafeMutablePointer<Float>
  var row: Int, column: Int

  @inline(__always)
  init(_ first: UnsafeMutablePointer<Float>, _ row: Int, _ column: Int) {
    self.first = first
    self.row = row
    self.column = column
  }
}

/// M x M' plus `shift`, M being the matrix that `line` applies: first to the rows of x, then to the columns of the
/// result.
@inline(__always)
private func apply<let n: Int, let m: Int>(
  _ line: (Line<n>) -> Line<m>, to source: Grid, into target: Grid, _ half: UnsafeMutablePointer<Lanes>,
  adding shift: Lanes = .zero
) {
  for row in 0..<n {
    let first = source.first + row * source.row
    var values = Line<n>(repeating: .zero)
    unrolled(n) { values[unchecked: $0] = load(first + $0 &* source.column) }
    let result = line(values)
    unrolled(m) { half[row &* m &+ $0] = result[unchecked: $0] }
  }
  for column in 0..<m {
    var values = Line<n>(repeating: .zero)
    unrolled(n) { values[unchecked: $0] = half[$0 &* m &+ column] }
    let result = line(values)
    let first = target.first + column * target.column
    unrolled(m) { store(result[unchecked: $0] + shift, first + $0 &* target.row) }
  }
}
