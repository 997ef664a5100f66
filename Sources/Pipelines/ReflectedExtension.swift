import Tensors

extension NDArray {
  /// `[N, H, W, C]` -> `[N, height, width, C]`: rows and columns beyond the last continue mirrored at it, and where the
  /// mirror image ends, mirrored again.
  func extendedByReflection(height: Int, width: Int) -> NDArray {
    precondition(
      shape.rank == 4 && height >= shape[1] && width >= shape[2], "\(shape) cannot be extended to \(height)x\(width)")
    guard height > shape[1] || width > shape[2] else { return self }
    let (count, rows, columns, channels) = (shape[0], shape[1], shape[2], shape[3])
    return withHostMemory { source in
      NDArray(shape: [count, height, width, channels]) { target in
        var next = 0
        for image in 0..<count {
          for y in 0..<height {
            let row = (image * rows + Self.reflected(y, size: rows)) * columns
            for x in 0..<width {
              let pixel = (row + Self.reflected(x, size: columns)) * channels
              for channel in 0..<channels {
                target[next] = source[pixel + channel]
                next += 1
              }
            }
          }
        }
      }
    }
  }

  /// 0, 1, …, size - 1, size - 2, …, 1, 0, 1, …
  static func reflected(_ position: Int, size: Int) -> Int {
    guard size > 1 else { return 0 }
    let phase = position % (2 * (size - 1))
    return phase < size ? phase : 2 * (size - 1) - phase
  }
}
