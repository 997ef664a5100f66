import Tensors

/// What a discriminator is asked to tell, and how far a generator is from deceiving it.
public enum AdversarialLoss: String, Codable, Sendable, CaseIterable {
  /// Squared distance from 1 for real and 0 for fake (Mao et al. 2017), CycleGAN's.
  case leastSquares
  /// Cross-entropy on logits (Goodfellow et al. 2014), the generator's in its non-saturating form.
  case vanilla
  /// Margins of 1 for the discriminator, the plain mean for the generator (Lim and Ye 2017).
  case hinge

  /// The generator's loss, from the discriminator's logits on its fakes.
  public func generator(fake: Tensor) -> Tensor {
    switch self {
    case .leastSquares: meanSquaredError(fake, 1)
    case .vanilla: binaryCrossEntropy(logits: fake, target: 1)
    case .hinge: -fake.mean()
    }
  }

  /// The discriminator's loss, the mean of its two halves, so that it learns at half the generator's pace.
  public func discriminator(real: Tensor, fake: Tensor) -> Tensor {
    switch self {
    case .leastSquares: (meanSquaredError(real, 1) + meanSquaredError(fake, 0)) * 0.5
    case .vanilla: (binaryCrossEntropy(logits: real, target: 1) + binaryCrossEntropy(logits: fake, target: 0)) * 0.5
    case .hinge: ((1 - real).rectified().mean() + (1 + fake).rectified().mean()) * 0.5
    }
  }
}
