import Tensors

/// The standardisation of colours that classifiers trained on ImageNet expect.
enum ImageNet {
  /// `[N, H, W, 3]` in 0...1 -> the same with mean 0 and standard deviation 1 in each colour channel over ImageNet. For
  /// images in -1...1, these are the shifts and scales of LPIPS.
  static func standardized(_ images: Tensor) -> Tensor {
    (images - Tensor(NDArray([0.485, 0.456, 0.406], shape: [3])))
      / Tensor(NDArray([0.229, 0.224, 0.225], shape: [3]))
  }
}
