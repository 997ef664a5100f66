/// A workgroup's part of a convolution's product, chosen by the product's size and the device alone.
struct ProductTile {
  let shader: Shader
  let pixels: Int, columns: Int
  /// Rows of weights that the shader takes in a step.
  let depth: Int
  /// The shader's specialization constants.
  let constants: [Int]
  /// Of a shader that multiplies matrices.
  let subgroupThreads: Int?

  /// Of float32 numbers, by `product.comp`.
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
      shader: .product, pixels: tilePixels, columns: tileColumns, depth: 16,
      constants: [threads, tilePixels, tileColumns, threadPixels, threadQuads], subgroupThreads: nil)
  }

  /// Of float16 numbers, by `product16.comp`, in workgroups of four subgroups. The largest tiles take fewer rows in a step,
  /// so that all fit the 32 KB of shared memory that every device has.
  static func float16(pixels: Int, columns: Int, _ units: MatrixUnits) -> ProductTile {
    let (tilePixels, tileColumns, partPixels, partColumns, depth) =
      switch columns {
      case ...16: (128, 16, 32, 16, 32)
      case ...32: (128, 32, 32, 32, 32)
      case ...64: pixels >= 128 * 128 ? (128, 64, 64, 32, 64) : (64, 64, 32, 32, 64)
      default: pixels / 128 * columns / 128 >= 128 ? (128, 128, 64, 64, 32) : (64, 64, 32, 32, 64)
      }
    return ProductTile(
      shader: .product16, pixels: tilePixels, columns: tileColumns, depth: depth,
      constants: [
        4 * units.subgroupThreads, units.rows, units.columns, units.inner, units.subgroupThreads, tilePixels,
        tileColumns, partPixels, partColumns, depth,
      ], subgroupThreads: units.subgroupThreads)
  }
}
