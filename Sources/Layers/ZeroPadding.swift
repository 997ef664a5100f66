import Tensors

/// How many zeros a convolution adds around its input.
public enum ZeroPadding: Hashable, Sendable {
  case fixed(Padding)
  /// TensorFlow's SAME: as many as give the input's size over the stride, rounded up. Where their number is odd, the one more
  /// stands at the bottom and on the right, so that a 3x3 kernel of stride 2 pads an even size by 0 before and 1 after.
  case same

  /// For an input of a size.
  func padding(of input: Size, kernel: Size, stride: Int) -> Padding {
    switch self {
    case .fixed(let padding): return padding
    case .same:
      let (rows, columns) = (
        Self.same(input.height, kernel: kernel.height, stride: stride),
        Self.same(input.width, kernel: kernel.width, stride: stride)
      )
      return Padding(top: rows / 2, left: columns / 2, bottom: rows - rows / 2, right: columns - columns / 2)
    }
  }

  /// Zeros before and after an axis together.
  private static func same(_ size: Int, kernel: Int, stride: Int) -> Int {
    let outputs = (size + stride - 1) / stride
    return max(0, (outputs - 1) * stride + kernel - size)
  }
}
