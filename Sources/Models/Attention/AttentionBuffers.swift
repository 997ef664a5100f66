import Tensors

/// What PyTorch's networks with attention within windows keep beside their weights.
enum AttentionBuffers {
  /// For each block, where the distances between pixels stand in its table; for every second one, whose windows are shifted
  /// by half their size, which pixels of an image of two by two windows do not see each other. Files hold the latter for the
  /// size of the images in training, which makes no difference.
  ///
  /// - Parameters:
  ///   - name: what files call the places.
  ///   - side: that of the squares of pixels which are seen as one.
  static func ofBlocks(
    depths: [Int], window: Int, places: RelativePlaces, named name: String, squares side: Int = 1
  ) -> [DerivedTensor] {
    depths.enumerated().flatMap { group, depth in
      (0..<depth).flatMap { block in
        let key = "layers.\(group).residual_group.blocks.\(block)"
        let index = DerivedTensor("\(key).attn.\(name)", places.index, isIndex: true)
        return block % 2 == 0
          ? [index] : [index, DerivedTensor("\(key).attn_mask", mask(window: window, squares: side))]
      }
    }
  }

  /// -100 for each pixel of a window and each square that comes from the opposite side of the image: `[4, pixels, squares]`.
  private static func mask(window: Int, squares side: Int) -> NDArray {
    let (shift, squares) = (window / 2, window / side)
    let (own, others) = (parts(window: window, shift: shift), parts(window: squares, shift: (shift + side - 1) / side))
    let values = zip(own, others).flatMap { own, others in
      own.flatMap { part in others.map { $0 == part ? 0 : -100 as Float } }
    }
    return NDArray(values, shape: [4, window * window, squares * squares])
  }

  /// For each of the four windows, the part of the image that each of its pixels comes from.
  private static func parts(window: Int, shift: Int) -> [[Int]] {
    func isMoved(_ place: Int) -> Bool { place >= 2 * window - shift }
    return (0..<4).map { number in
      (0..<window * window).map { pixel in
        let (y, x) = (number / 2 * window + pixel / window, number % 2 * window + pixel % window)
        return (isMoved(y) ? 1 : 0) + (isMoved(x) ? 2 : 0)
      }
    }
  }
}
