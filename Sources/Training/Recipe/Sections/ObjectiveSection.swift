import Layers
import Models

extension Recipe {
  /// The losses of single-phase tasks.
  public struct Objective: Sendable, Equatable {
    public var adversarial = AdversarialLoss.leastSquares
    /// Weight of the mean absolute difference from the target.
    public var l1 = 100.0
    /// Weight of the cycle losses, the same both ways.
    public var cycle = 10.0
    /// Weight of the identity losses, relative to `cycle`.
    public var identity = 0.5
    /// How many past translations are kept for each discriminator to see again; 0 for none.
    public var pool = 50
    /// Weight of the penalty on the discriminators' gradients at real images (R1), half of which is its loss; 0 for none.
    public var gradientPenalty = 0.0
    /// The penalty is taken in every so-manieth step, and then counts as many times (Karras et al. 2020, "lazy").
    public var gradientPenaltyEvery = 16

    public init() {}
  }

  public var objective: Objective {
    get { self[.objective] }
    set { self[.objective] = newValue }
  }
}

extension RecipeSection<Recipe.Objective> {
  public static var objective: Self { Self("objective", Recipe.Objective()) }
}

extension RecipeSection.Key where Value == Recipe.Objective {
  public static var adversarial: Self { Self(.choice("adversarial", \.adversarial)) }
  public static var l1: Self { Self(.weight("l1", \.l1)) }
  public static var cycle: Self { Self(.weight("cycle", \.cycle)) }
  public static var identity: Self { Self(.weight("identity", \.identity)) }
  public static var gradientPenalty: Self { Self(.weight("gradientPenalty", \.gradientPenalty)) }
  public static var gradientPenaltyEvery: Self {
    Self(.integer("gradientPenaltyEvery", \.gradientPenaltyEvery, 1...1_000_000))
  }
  public static var pool: Self { Self(.integer("pool", \.pool, 0...100_000)) }
}

extension Recipe.Objective {
  /// What the gradient penalty of a step, counted from 1, is multiplied by; nil in steps without one.
  func gradientPenaltyWeight(step: Int) -> Float? {
    guard gradientPenalty > 0, step % gradientPenaltyEvery == 0 else { return nil }
    return Float(gradientPenalty / 2 * Double(gradientPenaltyEvery))
  }
}
