import Layers
import Models
import Tensors

extension Recipe {
  public enum PixelLoss: String, Sendable, CaseIterable {
    /// The mean absolute difference.
    case l1
    /// The absolute difference, but quadratic below 0.01, which is about one unit of Lab's a and b.
    case smoothL1
    /// The mean squared difference.
    case squared

    /// The loss of predictions against targets of the same shape, as a tensor of one value.
    public func callAsFunction(_ prediction: Tensor, _ target: Tensor) -> Tensor {
      switch self {
      case .l1: meanAbsoluteError(prediction, target)
      case .smoothL1: smoothAbsoluteError(prediction, target, threshold: 0.01)
      case .squared: meanSquaredError(prediction, target)
      }
    }
  }

  /// The first phase of super-resolution and colorization, with the pixel loss alone.
  public struct PixelPhase: Sendable, Equatable {
    public var loss = PixelLoss.l1
    /// 0 leaves the phase out.
    public var steps = 1_000_000
    public var rate = Rate(learningRate: 0.0002, milestones: [200_000, 400_000, 600_000, 800_000])

    public init() {}
  }

  /// The second phase of super-resolution and colorization, with a discriminator.
  public struct AdversarialPhase: Sendable, Equatable {
    public var loss = AdversarialLoss.relativistic
    /// Weights of the three terms of the generator's loss.
    public var adversarialWeight = 0.005, featureWeight = 1.0, pixelWeight = 0.01
    /// 0 leaves the phase out.
    public var steps = 400_000
    public var rate = Rate(learningRate: 0.0001, milestones: [50_000, 100_000, 200_000, 300_000])
    public var penalty = GradientPenalty()

    public init() {}
  }

  public var pixelPhase: PixelPhase {
    get { self[.pixelPhase] }
    set { self[.pixelPhase] = newValue }
  }

  public var adversarialPhase: AdversarialPhase {
    get { self[.adversarialPhase] }
    set { self[.adversarialPhase] = newValue }
  }

  /// All keys of both phases.
  public static var phaseKeys: [RecipeKey] {
    RecipeSection.pixelPhase.keys(
      [.choice("loss", \.loss), .integer("steps", \.steps, 0...1_000_000_000)]
        + [Setting].ofRate.map { $0.lifted(to: \.rate) })
      + RecipeSection.adversarialPhase.keys(
        [
          .choice("loss", \.loss, of: AdversarialLoss.selfSufficient),
          .weight("adversarialWeight", \.adversarialWeight),
          .weight("featureWeight", \.featureWeight), .weight("pixelWeight", \.pixelWeight),
          .integer("steps", \.steps, 0...1_000_000_000),
        ] + [Setting].ofRate.map { $0.lifted(to: \.rate) }
          + [Setting].ofGradientPenalty.map { $0.lifted(to: \.penalty) })
  }
}

extension RecipeSection<Recipe.PixelPhase> {
  public static var pixelPhase: Self { Self("pixelPhase", Recipe.PixelPhase(), mayChange: true) }
}

extension RecipeSection<Recipe.AdversarialPhase> {
  public static var adversarialPhase: Self { Self("adversarialPhase", Recipe.AdversarialPhase(), mayChange: true) }
}
