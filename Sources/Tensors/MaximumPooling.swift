import Kernels

extension Tensor {
  /// `[N, H, W, C]`: the largest value in each square window; padding never wins and is at most half a window.
  public func maximumPooled(window: Int, stride: Int? = nil, padding: Int = 0) -> Tensor {
    precondition(shape.rank == 4, "pooling is of images [N, H, W, C], not of the shape \(shape)")
    precondition(padding * 2 <= window, "padding \(padding) is more than half of the window \(window)")
    let stride = stride ?? window
    let height = (shape[1] + 2 * padding - window) / stride + 1
    let width = (shape[2] + 2 * padding - window) / stride + 1
    precondition(height > 0 && width > 0, "an image of shape \(shape) is smaller than the window \(window)")
    let pooledShape: Shape = [shape[0], height, width, shape[3]]
    var indices = [Int32](repeating: 0, count: pooledShape.count)
    // Only the places matter here; `Gather` then reads the values, and its adjoint puts gradients back.
    _ = NDArray(shape: pooledShape) { output in
      indices.withUnsafeMutableBufferPointer { indices in
        guard let base = indices.baseAddress else { return }
        Kernels.MaximumPooling.forward(
          batch: shape[0], height: shape[1], width: shape[2], channels: shape[3], window: window, stride: stride,
          padding: padding, outputHeight: height, outputWidth: width, input: value.pointer, output: output,
          indices: base)
      }
    }
    return Gather(indices: indices, largeShape: shape, smallShape: pooledShape)(self)
  }
}

/// Reads values of each image at given places.
private struct Gather: Operation {
  let indices: [Int32]
  let largeShape: Shape, smallShape: Shape

  func output(of inputs: [NDArray]) -> NDArray {
    NDArray(shape: smallShape) { output in
      indices.withUnsafeBufferPointer { indices in
        guard let base = indices.baseAddress else { return }
        Kernels.MaximumPooling.gather(
          batch: smallShape[0], largeCount: largeShape.count / largeShape[0],
          smallCount: smallShape.count / smallShape[0], indices: base, large: inputs[0].pointer, into: output)
      }
    }
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    [Scatter(indices: indices, largeShape: largeShape, smallShape: smallShape)(gradient)]
  }
}

/// Adds values to zeros at given places of each image.
private struct Scatter: Operation {
  let indices: [Int32]
  let largeShape: Shape, smallShape: Shape

  func output(of inputs: [NDArray]) -> NDArray {
    NDArray(shape: largeShape) { output in
      indices.withUnsafeBufferPointer { indices in
        guard let base = indices.baseAddress else { return }
        Kernels.MaximumPooling.scatter(
          batch: smallShape[0], largeCount: largeShape.count / largeShape[0],
          smallCount: smallShape.count / smallShape[0], indices: base, small: inputs[0].pointer, into: output)
      }
    }
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    [Gather(indices: indices, largeShape: largeShape, smallShape: smallShape)(gradient)]
  }
}
