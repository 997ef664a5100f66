/// A workgroup's part of a product of matrices, chosen by the product's size and the device alone.
struct ProductTile {
  let rows: Int, columns: Int
  /// Numbers summed in each step of the shader.
  let depth: Int
  /// Rows of a subgroup's part, of shaders that multiply matrices; of others, a thread's.
  let partRows: Int
  /// The shader's first specialization constants.
  let constants: [any ShaderWord]

  /// Of float32 numbers, for `product.comp`, whose rows are pixels.
  ///
  /// Few output channels get narrow parts, so that no thread idles; large products large ones, which read each value less
  /// often, where there are still enough of them for all of a large device's cores.
  static func float32(pixels: Int, columns: Int) -> ProductTile {
    let isLarge = columns > 64 && pixels / 128 * columns / 128 >= 128 || columns <= 64 && pixels >= 128 * 128
    // Of a thread's part, its columns are in fours.
    let (tilePixels, tileColumns, threadPixels, threadQuads) =
      switch columns {
      case ...4: (256, 4, 4, 1)
      case ...16: (128, 16, 8, 1)
      case ...32: (64, 32, 4, 1)
      case ...64: isLarge ? (128, 64, 8, 2) : (64, 64, 8, 1)
      default: isLarge ? (128, 128, 8, 2) : (64, 64, 8, 1)
      }
    let threads = tilePixels / threadPixels * tileColumns / (4 * threadQuads)
    return ProductTile(
      rows: tilePixels, columns: tileColumns, depth: 16, partRows: threadPixels,
      constants: [threads, tilePixels, tileColumns, threadPixels, threadQuads])
  }

  /// Of float16 numbers, for `product16.comp` and `weightGradient16.comp`, in workgroups of four subgroups, each of which
  /// sums up to 4 x 4 of the device's matrices. The largest tiles take fewer rows in a step, so that all fit the 32 KB of
  /// shared memory that every device has.
  static func float16(rows: Int, columns: Int, _ units: MatrixUnits) -> ProductTile {
    let (m, n) = (units.rows, units.columns)
    // Whether there are enough large tiles for all of a large device's cores.
    let isLarge = columns > 4 * n ? rows / (8 * m) * columns / (8 * n) >= 128 : rows / (8 * m) >= 128
    let (tileRows, tileColumns, partRows, partColumns, depth) =
      switch columns {
      case ...n: (8 * m, n, 2 * m, n, 32)
      case ...(2 * n): (8 * m, 2 * n, 2 * m, 2 * n, 32)
      case ...(4 * n): isLarge ? (8 * m, 4 * n, 4 * m, 2 * n, 64) : (4 * m, 4 * n, 2 * m, 2 * n, 64)
      default: isLarge ? (8 * m, 8 * n, 4 * m, 4 * n, 32) : (4 * m, 4 * n, 2 * m, 2 * n, 64)
      }
    return ProductTile(
      rows: tileRows, columns: tileColumns, depth: depth, partRows: partRows,
      constants: [
        4 * units.subgroupThreads, units.rows, units.columns, units.inner, units.subgroupThreads, tileRows, tileColumns,
        partRows, partColumns, depth,
      ])
  }
}
