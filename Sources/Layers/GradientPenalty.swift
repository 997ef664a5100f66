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
