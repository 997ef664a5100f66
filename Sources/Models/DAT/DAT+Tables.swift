import Tensors

extension DAT {
  /// Without them, PyTorch's class does not load a file, and windows' sides are not to be told from it.
  public var derivedTensors: [DerivedTensor] {
    configuration.depths.enumerated().flatMap { group, depth in
      (0..<depth).filter { Configuration.isSpatial(block: $0) }.flatMap { block in
        let key = "layers.\(group).blocks.\(block).attn"
        return (0..<2).flatMap { half in
          let window = PlacedWindows.window(of: configuration, isStanding: half == 1)
          var tables = [
            DerivedTensor("\(key).attns.\(half).rpe_biases", RelativePlaces.distances(within: window)),
            DerivedTensor(
              "\(key).attns.\(half).relative_position_index", RelativePlaces(window: window).index, isIndex: true),
          ]
          if Configuration.isShifted(group: group, block: block) {
            tables.append(DerivedTensor("\(key).attn_mask_\(half)", mask(of: window)))
          }
          return tables
        }
      }
    }
  }

  /// -100 for each two pixels of a shifted window that come from opposite sides of the image: `[windows, pixels, pixels]`.
  /// Files hold it for the size of the images in training, which makes no difference; here, for the smallest.
  private func mask(of window: Size) -> NDArray {
    let side = 2 * max(window.height, window.width)
    let (rows, columns) = (side / window.height, side / window.width)
    func isMoved(_ place: Int, _ length: Int) -> Bool { place >= side - length / 2 }
    let parts = (0..<rows * columns).map { number in
      (0..<window.height * window.width).map { pixel in
        let y = number / columns * window.height + pixel / window.width
        let x = number % columns * window.width + pixel % window.width
        return (isMoved(y, window.height) ? 1 : 0) + (isMoved(x, window.width) ? 2 : 0)
      }
    }
    let values = parts.flatMap { part in part.flatMap { own in part.map { $0 == own ? 0 : -100 as Float } } }
    let pixels = window.height * window.width
    return NDArray(values, shape: [rows * columns, pixels, pixels])
  }
}
