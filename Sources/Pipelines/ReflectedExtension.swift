import Tensors

extension NDArray {
  /// `[N, H, W, C]` -> `[N, height, width, C]`: the rows and columns that are added continue the image mirrored at its
  /// last ones, as often as it takes.
  func extendedByReflection(height: Int, width: Int) -> NDArray {
    guard height > shape[1] || width > shape[2] else { return self }
    return Tensor(self).gathered(
      rows: Self.reflected(0..<height, size: shape[1]), columns: Self.reflected(0..<width, size: shape[2])
    ).value
  }

  /// Which of an axis' `size` positions are seen at some positions of it and of its reflections.
  static func reflected(_ positions: Range<Int>, size: Int) -> [Int] {
    positions.compactMap { PaddingMode.reflection.source(of: $0, size: size) }
  }
}
