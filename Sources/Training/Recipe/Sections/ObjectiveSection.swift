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
    public var penalty = GradientPenalty()

    public init() {}
  }

  public var objective: Objective {
    get { self[.objective] }
    set { self[.objective] = newValue }
  }

  static var penaltyKeys: [RecipeKey] {
    RecipeSection.objective.keys([Setting].ofGradientPenalty.map { $0.lifted(to: \.penalty) })
  }
}

extension RecipeSection<Recipe.Objective> {
  public static var objective: Self { Self("objective", Recipe.Objective(), mayChange: true) }
}

extension RecipeSection.Key where Value == Recipe.Objective {
  public static var adversarial: Self {
    Self(.choice("adversarial", \.adversarial, of: AdversarialLoss.selfSufficient))
  }
  /// Also those for which something must bound the discriminator's slope.
  public static var anyAdversarial: Self { Self(.choice("adversarial", \.adversarial)) }
  public static var l1: Self { Self(.weight("l1", \.l1)) }
  public static var cycle: Self { Self(.weight("cycle", \.cycle)) }
  public static var identity: Self { Self(.weight("identity", \.identity)) }
  public static var pool: Self { Self(.integer("pool", \.pool, 0...100_000)) }
}
