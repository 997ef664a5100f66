import Tensors

extension NDArray {
  /// `[N, H, W, C]` -> `[N, height, width, C]`: added rows and columns mirror the image at its last ones, repeatedly if
  /// needed.
  func extendedByReflection(height: Int, width: Int) -> NDArray {
    guard height > shape[1] || width > shape[2] else { return self }
    return Tensor(self).gathered(
      rows: Self.reflected(0..<height, size: shape[1]), columns: Self.reflected(0..<width, size: shape[2])
    ).value
  }

  /// Maps positions on an axis of length `size`, continued by reflection, to positions within it.
  static func reflected(_ positions: Range<Int>, size: Int) -> [Int] {
    positions.compactMap { PaddingMode.reflection.source(of: $0, size: size) }
  }
}
