import Layers
import Tensors

/// Noise on all images that a discriminator sees, real and made, which falls to nothing (Sønderby et al. 2017, Arjovsky and
/// Bottou 2017): as long as it is there, the two have something in common, and the discriminator is never sure.
package struct InstanceNoise {
  /// The standard deviation in the first step.
  private let deviation: Double
  /// Over how many steps it falls to 0, linearly.
  private let steps: Int

  package init(deviation: Double, steps: Int) {
    (self.deviation, self.steps) = (deviation, steps)
  }

  /// Outside training, and afterwards, the images themselves.
  ///
  /// - Parameter role: what the images are, on which the draws depend.
  package func callAsFunction(_ images: Tensor, _ role: String) -> Tensor {
    guard deviation > 0, let context = TrainingContext.current, context.step <= steps else { return images }
    let random = context.random(for: "instanceNoise.\(role)")
    let size = Float(deviation * (1 - Double(context.step - 1) / Double(steps)))
    let first = context.firstImage * (images.shape.count / images.shape[0])
    let noise = (0..<images.shape.count).map { size * random.normal(at: first + $0) }
    return images + Tensor(NDArray(noise, shape: images.shape))
  }
}
