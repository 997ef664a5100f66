import Tensors

extension Tensor {
  /// The images of a batch, each as a batch of its own.
  var singleImages: [Tensor] {
    shape[0] == 1 ? [self] : (0..<shape[0]).map { sliced(axis: 0, range: $0..<$0 + 1) }
  }

  /// The reverse of `singleImages`.
  init(batchOf images: [Tensor]) {
    self = images.count == 1 ? images[0] : concatenated(images, axis: 0)
  }
}
