import Models
import Tensors

extension Recipe {
  /// Adam's settings, for generators and discriminators.
  public struct Optimizer: Sendable, Equatable {
    /// For single-phase tasks; other tasks have a rate for each phase.
    public var learningRate = 0.0002
    /// The discriminators' learning rate as a multiple of the generators' (Heusel et al. 2017).
    public var discriminatorRate = 1.0
    public var beta1 = 0.5
    public var beta2 = 0.999
    /// Decoupled weight decay (Loshchilov and Hutter 2019): the fraction of its value that a parameter loses in each
    /// step, as a multiple of the learning rate. 0.01 to 0.1 counters overfitting to few photos; 0 for none.
    public var weightDecay = 0.0
    /// The largest norm of all of a network's gradients together: larger gradients are scaled down to it; 0 for no
    /// limit.
    public var clip = 0.0
    /// The batches whose gradients are averaged for a step: as a batch so many times as large, in the memory of one.
    public var accumulate = 1
    /// Whose images batch norm takes its moments of, where several ranks train together.
    public enum BatchNorm: String, Sendable, CaseIterable {
      /// Each rank's own batch.
      case own
      /// The batches of all ranks, as if they were one.
      case synchronised
    }

    public var batchNorm = BatchNorm.own
    /// The precision of products. Steps in which numbers leave its range are taken again in float32. Not bf16: processors
    /// take as long for a step with it.
    public var precision = Precision.float32

    public init() {}
  }

  public var optimizer: Optimizer {
    get { self[.optimizer] }
    set { self[.optimizer] = newValue }
  }
}

extension RecipeSection<Recipe.Optimizer> {
  public static var optimizer: Self { Self("optimizer", Recipe.Optimizer(), mayChange: true) }
}

extension RecipeSection.Key where Value == Recipe.Optimizer {
  public static var learningRate: Self { Self(.positive("learningRate", \.learningRate)) }
  public static var discriminatorRate: Self { Self(.positive("discriminatorRate", \.discriminatorRate)) }
  public static var beta1: Self { Self(.number("beta1", \.beta1, 0..<1)) }
  public static var beta2: Self { Self(.number("beta2", \.beta2, 0..<1)) }
  public static var weightDecay: Self { Self(.number("weightDecay", \.weightDecay, 0..<Double.infinity)) }
  public static var accumulate: Self { Self(.integer("accumulate", \.accumulate, 1...10_000)) }
  public static var batchNorm: Self { Self(.choice("batchNorm", \.batchNorm)) }
  public static var precision: Self { Self(.choice("precision", \.precision, of: [.float32, .float16])) }
  public static var clip: Self { Self(.number("clip", \.clip, 0..<Double.infinity)) }
}
