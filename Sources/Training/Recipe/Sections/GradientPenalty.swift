import Models

extension Recipe {
  /// The penalty on the discriminators' gradients at real images (R1, Mescheder et al. 2018).
  public struct GradientPenalty: Sendable, Equatable {
    /// Half of it is what the squared gradient is multiplied by, as published; 0 for none.
    public var weight = 0.0
    /// The penalty is taken once in so many steps, and then counts as many times (Karras et al. 2020, "lazy
    /// regularization").
    public var every = 16

    public init() {}

    /// What the squared gradient is multiplied by in a step, counted from 1; nil in steps without a penalty.
    func factor(step: Int) -> Float? {
      guard weight > 0, step % every == 0 else { return nil }
      return Float(weight / 2 * Double(every))
    }

    /// 1 for steps with a penalty, 0 for those without.
    func kind(ofStep step: Int) -> Int { factor(step: step) == nil ? 0 : 1 }
  }
}

extension [Setting<Recipe.GradientPenalty>] {
  static var ofGradientPenalty: Self {
    [.weight("gradientPenalty", \.weight), .integer("gradientPenaltyEvery", \.every, 1...1_000_000)]
  }
}
