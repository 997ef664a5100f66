import Threads

/// Transposes matrices and permutes axes.
enum Transposition {
  /// `[rows, columns]` to `[columns, rows]`, in 4x4 squares within blocks that fit in the L1 cache.
  static func transpose(
    _ source: UnsafePointer<Float>, rows: Int, columns: Int, into target: UnsafeMutablePointer<Float>
  ) {
    let block = 32
    for firstRow in stride(from: 0, to: rows, by: block) {
      let rowEnd = min(firstRow + block, rows)
      for firstColumn in stride(from: 0, to: columns, by: block) {
        let columnEnd = min(firstColumn + block, columns)
        for row in stride(from: firstRow, to: rowEnd, by: 4) {
          for column in stride(from: firstColumn, to: columnEnd, by: 4) {
            let (from, to) = (source + row * columns + column, target + column * rows + row)
            if row + 4 <= rowEnd, column + 4 <= columnEnd {
              transposeSquare(from, stride: columns, into: to, stride: rows)
              continue
            }
            for y in 0..<min(4, rowEnd - row) {
              for x in 0..<min(4, columnEnd - column) { to[x * rows + y] = from[y * columns + x] }
            }
          }
        }
      }
    }
  }

  @inline(__always)
  private static func transposeSquare(
    _ source: UnsafePointer<Float>, stride: Int, into target: UnsafeMutablePointer<Float>, stride targetStride: Int
  ) {
    func row(_ index: Int) -> SIMD4<Float> {
      UnsafeRawPointer(source + index * stride).loadUnaligned(as: SIMD4<Float>.self)
    }
    let (a, b, c, d) = (row(0), row(1), row(2), row(3))
    for column in 0..<4 {
      UnsafeMutableRawPointer(target + column * targetStride)
        .storeBytes(of: SIMD4(a[column], b[column], c[column], d[column]), as: SIMD4<Float>.self)
    }
  }

  /// Permutes axes: axis `i` of the target is axis `permutation[i]` of the source.
  static func permute(
    _ source: UnsafePointer<Float>, dimensions: [Int], permutation: [Int], into target: UnsafeMutablePointer<Float>
  ) {
    var sourceStrides = Array(repeating: 1, count: dimensions.count)
    for axis in stride(from: dimensions.count - 2, through: 0, by: -1) {
      sourceStrides[axis] = sourceStrides[axis + 1] * dimensions[axis + 1]
    }
    let sizes = permutation.map { dimensions[$0] }
    let strides = permutation.map { sourceStrides[$0] }
    guard let innerCount = sizes.last, let innerStride = strides.last, innerCount > 0 else {
      target.update(from: source, count: dimensions.reduce(1, *))
      return
    }
    let outerCount = sizes.dropLast().reduce(1, *)
    let bands = Bands(count: outerCount, atMost: max(1, (1 << 15) / innerCount))
    ThreadPool.run(count: bands.pieces) { piece in
      for outer in bands[piece] {
        var rest = outer
        var offset = 0
        for axis in stride(from: sizes.count - 2, through: 0, by: -1) {
          offset += rest % sizes[axis] * strides[axis]
          rest /= sizes[axis]
        }
        let row = target + outer * innerCount
        if innerStride == 1 {
          row.update(from: source + offset, count: innerCount)
        } else {
          for i in 0..<innerCount { row[i] = source[offset + i * innerStride] }
        }
      }
    }
  }
}
