package enum Transposition {
  /// `[rows, columns]` to `[columns, rows]`, in square blocks that fit the nearest cache.
  static func transpose(
    _ source: UnsafePointer<Float>, rows: Int, columns: Int, into target: UnsafeMutablePointer<Float>
  ) {
    let block = 32
    for firstRow in stride(from: 0, to: rows, by: block) {
      for firstColumn in stride(from: 0, to: columns, by: block) {
        for row in firstRow..<min(firstRow + block, rows) {
          for column in firstColumn..<min(firstColumn + block, columns) {
            target[column * rows + row] = source[row * columns + column]
          }
        }
      }
    }
  }

  /// Any order of axes: axis `i` of the target is axis `permutation[i]` of the source.
  package static func permute(
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
