import Tensors

/// The standardisation of colours that classifiers trained on ImageNet expect.
enum ImageNet {
  static let means: [Float] = [0.485, 0.456, 0.406], deviations: [Float] = [0.229, 0.224, 0.225]

  private static var mean: Tensor { Tensor(NDArray(means, shape: [3])) }
  private static var deviation: Tensor { Tensor(NDArray(deviations, shape: [3])) }

  /// `[N, H, W, 3]` in 0...1, or gray with one channel, -> `[N, H, W, 3]` with mean 0 and standard deviation 1 in each
  /// colour channel over ImageNet. For images in -1...1, these are the shifts and scales of LPIPS.
  static func standardized(_ images: Tensor) -> Tensor { (images - mean) / deviation }

  /// The reverse of `standardized`.
  static func colors(_ standardized: Tensor) -> Tensor { standardized * deviation + mean }
}
