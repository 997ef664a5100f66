import Tensors

/// What a discriminator is asked to tell, and how far a generator is from deceiving it.
public enum AdversarialLoss: String, Codable, Sendable, CaseIterable {
  /// Squared distance from 1 for real and 0 for fake (Mao et al. 2017), CycleGAN's.
  case leastSquares
  /// Cross-entropy on logits (Goodfellow et al. 2014), the generator's in its non-saturating form.
  case vanilla
  /// Cross-entropy on how much more real an image looks than the other kind does on average (Jolicoeur-Martineau 2019,
  /// ESRGAN's): the generator learns from the real images too.
  case relativistic
  /// Margins of 1 for the discriminator, the plain mean for the generator (Lim and Ye 2017).
  case hinge

  /// The generator's loss, from the discriminator's logits on its fakes and, asked for by relativistic loss alone, on real
  /// images.
  public func generator(fake: Tensor, real: @autoclosure () -> Tensor) -> Tensor {
    switch self {
    case .relativistic: Self.relativisticLoss(moreReal: fake, lessReal: real())
    case .leastSquares: meanSquaredError(fake, 1)
    case .vanilla: binaryCrossEntropy(logits: fake, target: 1)
    case .hinge: -fake.mean()
    }
  }

  /// The discriminator's loss, the mean of its two halves, so that it learns at half the generator's pace.
  public func discriminator(real: Tensor, fake: Tensor) -> Tensor {
    switch self {
    case .relativistic: Self.relativisticLoss(moreReal: real, lessReal: fake)
    case .leastSquares: (meanSquaredError(real, 1) + meanSquaredError(fake, 0)) * 0.5
    case .vanilla: (binaryCrossEntropy(logits: real, target: 1) + binaryCrossEntropy(logits: fake, target: 0)) * 0.5
    case .hinge: ((1 - real).rectified().mean() + (1 + fake).rectified().mean()) * 0.5
    }
  }

  private static func relativisticLoss(moreReal: Tensor, lessReal: Tensor) -> Tensor {
    let above = binaryCrossEntropy(logits: moreReal - lessReal.mean(), target: 1)
    let below = binaryCrossEntropy(logits: lessReal - moreReal.mean(), target: 0)
    return (above + below) * 0.5
  }
}
