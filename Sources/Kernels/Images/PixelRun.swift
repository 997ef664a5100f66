import VectorKernels

/// Pixels that are contiguous in memory.
typealias PixelRun = (pixels: UnsafePointer<Float>, count: Int)

extension VectorKernels {
  /// Adds the values of `addend` to runs of the output's pixels. Both have the same shape.
  func add(
    _ addend: UnsafePointer<Float>, to output: UnsafeMutablePointer<Float>, in runs: [PixelRun], channels: Int
  ) {
    for run in runs {
      let first = run.pixels - UnsafePointer(output)
      add(addend + first, to: output + first, count: run.count * channels)
    }
  }
}
