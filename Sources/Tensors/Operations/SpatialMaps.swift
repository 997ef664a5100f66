import Kernels

extension Tensor {
  /// Pads `[N, H, W, C]`. Reflection padding must be smaller than the image.
  public func padded(_ padding: Padding, mode: PaddingMode) -> Tensor {
    precondition(shape.rank == 4, "padding needs images [N, H, W, C], not the shape \(shape)")
    precondition(
      mode != .reflection
        || max(padding.top, padding.bottom) < shape[1] && max(padding.left, padding.right) < shape[2],
      "an image of shape \(shape) is too small to be reflected by \(padding)")
    return SpatialMap(
      rows: .padding(size: shape[1], before: padding.top, after: padding.bottom, mode: mode),
      columns: .padding(size: shape[2], before: padding.left, after: padding.right, mode: mode))(self)
  }

  /// Gathers rows and columns of `[N, H, W, C]` by position; -1 gives a row or column of zeros.
  package func gathered(rows: [Int], columns: [Int]) -> Tensor {
    SpatialMap(rows: .gathering(rows, size: shape[1]), columns: .gathering(columns, size: shape[2]))(self)
  }

  /// `[N, H, W, C] -> [N, factor H, factor W, C]`, each pixel repeated.
  public func upsampledNearest(by factor: Int) -> Tensor {
    SpatialMap(
      rows: .nearest(size: shape[1], factor: factor), columns: .nearest(size: shape[2], factor: factor))(self)
  }

  /// `[N, H, W, C] -> [N, factor H, factor W, C]`, pixel centres aligned (`align_corners=False` in PyTorch).
  public func upsampledBilinear(by factor: Int) -> Tensor {
    SpatialMap(
      rows: .bilinear(size: shape[1], factor: factor), columns: .bilinear(size: shape[2], factor: factor))(self)
  }

  /// `[N, H, W, C]` at another size, pixel centres aligned (`align_corners=False` in PyTorch), by what is between its pixels:
  /// nothing is averaged where it is made smaller.
  public func resizedBilinear(to size: Size) -> Tensor {
    SpatialMap(
      rows: .bilinear(size: shape[1], outputSize: size.height),
      columns: .bilinear(size: shape[2], outputSize: size.width))(self)
  }

  /// `[N, H, W, C]` at another size, each pixel a copy of the one at or before its place, as PyTorch's `nearest` takes them.
  package func resizedNearest(to size: Size) -> Tensor {
    func places(_ count: Int, of source: Int) -> [Int] { (0..<count).map { $0 * source / count } }
    return gathered(rows: places(size.height, of: shape[1]), columns: places(size.width, of: shape[2]))
  }

  /// Average pooling over square windows, `[N, H, W, C] -> [N, H', W', C]` with H' = (H + 2 padding - window) / stride
  /// + 1, the stride being the window's size by default. Padding, at most half a window, counts as zeros, or not at
  /// all.
  public func averagePooled(
    window: Int, stride: Int? = nil, padding: Int = 0, countsPadding: Bool = true
  ) -> Tensor {
    func map(_ size: Int) -> AxisMap {
      .average(size: size, window: window, stride: stride ?? window, padding: padding, countsPadding: countsPadding)
    }
    return SpatialMap(rows: map(shape[1]), columns: map(shape[2]))(self)
  }

  /// Every `stride`-th pixel along each axis after a blur by [1, 2, 1] / 4, `[N, H, W, C] -> [N, H', W', C]` with H' =
  /// (H + 2 padding - 3) / stride + 1: with stride 2, halving without aliasing (Zhang 2019). The image is continued by
  /// reflection.
  public func blurred(stride: Int = 1, padding: Int = 0) -> Tensor {
    SpatialMap(
      rows: .blur(size: shape[1], stride: stride, padding: padding),
      columns: .blur(size: shape[2], stride: stride, padding: padding))(self)
  }

  /// Upsampling, filtering and downsampling along both axes of `[N, H, W, C]`: `up - 1` zeros are put after each pixel and
  /// more around the image, sums weighted by `taps` are taken, and every `down`-th is kept, `[N, H', W', C]` with
  /// H' = (up H + before + after - taps) / down + 1.
  package func filtered(by taps: [Float], up: Int = 1, down: Int = 1, before: Int, after: Int) -> Tensor {
    func map(_ size: Int) -> AxisMap {
      .filtered(size: size, taps: taps, up: up, down: down, before: before, after: after)
    }
    return SpatialMap(rows: map(shape[1]), columns: map(shape[2]))(self)
  }
}

/// One linear map along height and one along width: padding, upsampling, average and blur pooling, and their adjoints.
private struct SpatialMap: TensorOperation {
  let rows: AxisMap, columns: AxisMap

  func output(of inputs: [NDArray]) -> NDArray {
    let shape = inputs[0].shape
    precondition(
      shape.rank == 4 && shape[1] == rows.inputSize && shape[2] == columns.inputSize,
      "an image of shape \(shape) does not fit a map of \(rows.inputSize) x \(columns.inputSize) pixels")
    if let rows = rows.sourceIndices, let columns = columns.sourceIndices {
      var source = inputs[0].pixelSource
      source.rows = rows.map { $0 < 0 ? -1 : source.rows[$0] }
      source.columns = columns.map { $0 < 0 ? -1 : source.columns[$0] }
      return NDArray(deferred: source)
    }
    let (image, rows, columns) = ungathered(inputs[0])
    return NDArray(
      device.mapped(image.buffer, rows: rows, columns: columns, batch: shape[0], channels: shape[3]),
      shape: [shape[0], rows.outputSize, columns.outputSize, shape[3]])
  }

  /// An image whose padding or enlargement is still deferred is read as it was before, by a map that does both.
  private func ungathered(_ input: NDArray) -> (image: NDArray, rows: AxisMap, columns: AxisMap) {
    guard input.isDeferred else { return (input, rows, columns) }
    var source = input.pixelSource
    let composed = (
      rows.reading(source.rows, size: source.sourceHeight), columns.reading(source.columns, size: source.sourceWidth)
    )
    source.rows = (0..<Int32(source.sourceHeight)).map { $0 }
    source.columns = (0..<Int32(source.sourceWidth)).map { $0 }
    return (NDArray(deferred: source), composed.0, composed.1)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    [SpatialMap(rows: rows.transposed, columns: columns.transposed)(gradient)]
  }
}
