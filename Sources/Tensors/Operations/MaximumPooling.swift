import Kernels

extension Tensor {
  /// Max pooling over square windows, `[N, H, W, C] -> [N, H', W', C]` with H' = (H + 2 padding - window) / stride + 1,
  /// the stride being the window's size by default. Padding is never the maximum, and is at most half a window.
  public func maximumPooled(window: Int, stride: Int? = nil, padding: Int = 0) -> Tensor {
    precondition(shape.rank == 4, "pooling needs images [N, H, W, C], not the shape \(shape)")
    precondition(padding * 2 <= window, "padding \(padding) is more than half of the window \(window)")
    let pooling = PoolingGeometry(
      batch: shape[0], height: shape[1], width: shape[2], channels: shape[3], window: window,
      stride: stride ?? window, padding: padding)
    precondition(
      pooling.outputHeight > 0 && pooling.outputWidth > 0,
      "an image of shape \(shape) is smaller than the window \(window)")
    // `Gather` reads the values at the maxima's positions, and its adjoint, `Scatter`, adds gradients there.
    return Gather(pooling: pooling, places: device.maximumPlaces(pooling, of: value.buffer))(self)
  }
}

/// Reads each image's values at the positions of the windows' maxima.
private struct Gather: TensorOperation {
  let pooling: PoolingGeometry
  let places: Buffer

  func output(of inputs: [NDArray]) -> NDArray {
    NDArray(
      device.gathered(pooling, places: places, from: inputs[0].buffer),
      shape: [pooling.batch, pooling.outputHeight, pooling.outputWidth, pooling.channels])
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    [Scatter(pooling: pooling, places: places)(gradient)]
  }
}

/// Adds values to zeros at those positions of each image.
private struct Scatter: TensorOperation {
  let pooling: PoolingGeometry
  let places: Buffer

  func output(of inputs: [NDArray]) -> NDArray {
    NDArray(
      device.scattered(pooling, places: places, from: inputs[0].buffer),
      shape: [pooling.batch, pooling.height, pooling.width, pooling.channels])
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    [Gather(pooling: pooling, places: places)(gradient)]
  }
}
