import Layers
import Models

extension Recipe {
  /// The learning rate over a phase.
  public struct Rate: Sendable, Equatable {
    public enum Decay: String, Sendable, CaseIterable {
      case constant
      /// Falls to 0 along half a cosine.
      case cosine
      /// Multiplied by `factor` at each milestone.
      case milestones
    }

    public var learningRate: Double
    public var decay: Decay
    /// In steps of the phase.
    public var milestones: [Int]
    public var factor: Double
    /// The steps over which the rate first rises from near 0, for networks that begin with weights worth keeping.
    public var warmUp = 0

    public init(
      learningRate: Double, decay: Decay = .milestones, milestones: [Int] = [], factor: Double = 0.5
    ) {
      self.learningRate = learningRate
      self.decay = decay
      self.milestones = milestones
      self.factor = factor
    }

    /// - Parameters:
    ///   - steps: the phase's length.
    ///   - stretch: how many times longer the phase is than the recipe says; milestones move accordingly.
    func schedule(steps: Int, stretch: Double) -> any LearningRateSchedule {
      let decaying = decaying(steps: steps, stretch: stretch)
      return warmUp > 0 ? WarmUp(steps: warmUp, decaying) : decaying
    }

    private func decaying(steps: Int, stretch: Double) -> any LearningRateSchedule {
      switch decay {
      case .constant: MilestoneDecay(learningRate: learningRate, milestones: [], factor: 1)
      case .cosine: CosineDecay(learningRate: learningRate, decaySteps: steps)
      case .milestones:
        MilestoneDecay(
          learningRate: learningRate, milestones: milestones.map { Int((Double($0) * stretch).rounded()) },
          factor: factor)
      }
    }
  }
}

extension [Setting<Recipe.Rate>] {
  static var ofRate: Self {
    [
      .positive("learningRate", \.learningRate), .choice("decay", \.decay),
      .integers("milestones", \.milestones, 1...1_000_000_000), .number("factor", \.factor, 0..<1),
      .integer("warmUp", \.warmUp, 0...1_000_000_000),
    ]
  }
}
