import Tensors

/// The losses of a discriminator, and of the generator that it is trained against.
public enum AdversarialLoss: String, Codable, Sendable, CaseIterable {
  /// Squared distance from 1 for real and 0 for fake (Mao et al. 2017), as in CycleGAN.
  case leastSquares
  /// Cross-entropy on logits, non-saturating for the generator (Goodfellow et al. 2014).
  case vanilla
  /// Cross-entropy on a logit minus the mean logit of the other kind of images (relativistic average GAN,
  /// Jolicoeur-Martineau 2019), as in ESRGAN; the generator's loss thus depends on the real images too.
  case relativistic
  /// Hinge loss with margin 1 for the discriminator, the negated mean logit for the generator (Lim and Ye 2017).
  case hinge
  /// Cross-entropy on logits, of which the generator maximises what the discriminator minimises: its gradient vanishes where
  /// the discriminator is sure (Goodfellow et al. 2014).
  case minimax
  /// The difference of the mean logits (Arjovsky et al. 2017). Something else must bound the discriminator's slope.
  case wasserstein

  /// Those that are of use without anything else.
  public static let selfSufficient: [AdversarialLoss] = [.leastSquares, .vanilla, .relativistic, .hinge]

  /// The generator's loss, from the discriminator's logits on fakes and, evaluated for the relativistic loss only, on
  /// real images.
  public func generator(fake: Tensor, real: @autoclosure () -> Tensor) -> Tensor {
    switch self {
    case .relativistic: Self.relativisticLoss(moreReal: fake, lessReal: real())
    case .leastSquares: meanSquaredError(fake, 1)
    case .vanilla: binaryCrossEntropy(logits: fake, target: 1)
    case .hinge, .wasserstein: -fake.mean()
    case .minimax: -fake.softplus().mean()
    }
  }

  /// The discriminator's loss: the mean, not the sum, of its terms for real and fake images, which slows it down
  /// relative to the generator; of Wasserstein's, the difference.
  ///
  /// - Parameter smoothing: what the target of real images is lowered by, where there is a target (Salimans et al. 2016).
  public func discriminator(real: Tensor, fake: Tensor, smoothing: Float = 0) -> Tensor {
    let target = 1 - smoothing
    return switch self {
    case .relativistic: Self.relativisticLoss(moreReal: real, lessReal: fake)
    case .leastSquares: (meanSquaredError(real, target) + meanSquaredError(fake, 0)) * 0.5
    case .vanilla, .minimax:
      (binaryCrossEntropy(logits: real, target: target) + binaryCrossEntropy(logits: fake, target: 0)) * 0.5
    case .hinge: ((1 - real).rectified().mean() + (1 + fake).rectified().mean()) * 0.5
    case .wasserstein: fake.mean() - real.mean()
    }
  }

  /// The shares of a discriminator's logits on real and on fake images that are on the right side, each of one value in
  /// 0...1; a logit right between the two sides counts as half right.
  public func accuracies(real: Tensor, fake: Tensor) -> (real: Tensor, fake: Tensor) {
    switch self {
    case .relativistic, .wasserstein:
      (Self.share(above: 0, real - fake.mean()), Self.share(above: 0, real.mean() - fake))
    case .leastSquares: (Self.share(above: 0.5, real), Self.share(above: -0.5, -fake))
    case .vanilla, .hinge, .minimax: (Self.share(above: 0, real), Self.share(above: 0, -fake))
    }
  }

  /// A step from 0 to 1, as a slope that is steeper than any difference.
  private static func share(above middle: Float, _ logits: Tensor) -> Tensor {
    ((logits - middle) * 1e20 + 0.5).clamped(to: 0...1).mean()
  }

  private static func relativisticLoss(moreReal: Tensor, lessReal: Tensor) -> Tensor {
    let above = binaryCrossEntropy(logits: moreReal - lessReal.mean(), target: 1)
    let below = binaryCrossEntropy(logits: lessReal - moreReal.mean(), target: 0)
    return (above + below) * 0.5
  }
}
