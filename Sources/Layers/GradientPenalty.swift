import Tensors

/// R1 (Mescheder et al. 2018): the squared length of a discriminator's gradient at real images, which keeps it from
/// growing steep where it already tells them from fakes.
///
/// The mean over the images; a patch discriminator's verdict on an image is the mean of its logits.
///
/// - Parameter judge: the discriminator's logits on images `[N, H, W, C]`, with whatever it sees them through.
public func gradientPenalty(at images: NDArray, _ judge: (Tensor) -> Tensor) -> Tensor {
  let input = Tensor(variable: images)
  let verdict = judge(input)
  let patches = verdict.shape.count / images.shape[0]
  let slope = gradients(
    of: verdict.sum() * (1 / Float(patches)), withRespectTo: [input], differentiable: true)[0]
  return slope.squared().sum() * (1 / Float(images.shape[0]))
}

/// The penalty of Wasserstein GANs (Gulrajani et al. 2017): the squared distance from 1 of the length of a discriminator's
/// gradient, at images between real and fake ones; the mean over the images.
///
/// - Parameter shares: of each real image in such an image, `[N, 1, 1, 1]` in 0...1.
public func slopePenalty(
  between real: NDArray, and fake: NDArray, shares: NDArray, _ judge: (Tensor) -> Tensor
) -> Tensor {
  let mixed = withoutGradients {
    (Tensor(fake) + (Tensor(real) - Tensor(fake)) * Tensor(shares)).value
  }
  let input = Tensor(variable: mixed)
  let slope = gradients(of: judge(input).sum(), withRespectTo: [input], differentiable: true)[0]
  let axes = Array(1..<mixed.shape.rank)
  // Never exactly 0, where a root has no slope.
  let lengths = (slope.squared().sum(axes: axes) + 1e-12).squareRoot()
  return (lengths - 1).squared().mean()
}
