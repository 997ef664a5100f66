import Models

extension Recipe {
  public struct Schedule: Sendable, Equatable {
    /// How the rate falls to 0 over the epochs of decay.
    public enum Decay: String, Sendable, CaseIterable {
      case linear
      /// Along half a cosine.
      case cosine
    }

    /// Epochs at the full learning rate; an epoch shows each image of the larger domain once.
    public var epochs = 100
    /// Epochs after those, during which the rate falls to 0.
    public var decayEpochs = 100
    public var decay = Decay.linear
    /// The steps over which the rate first rises from near 0.
    public var warmUp = 0
    /// If not 0, the run's length in steps: split between constant and falling rate in the ratio of `epochs` to
    /// `decayEpochs`, or between the phases in the ratio of their own steps.
    public var steps = 0
    /// The run ends after so many measurements in a row that brought nothing better; 0 for never.
    public var patience = 0
    /// The learning rate is halved after so many measurements in a row that brought nothing better; 0 for never.
    public var plateau = 0

    public init() {}
  }

  /// How training trades time for memory; the results are the same, bit for bit.
  public struct Memory: Sendable, Equatable {
    /// Whether residual blocks keep only their inputs, and recompute their activations in the backward pass.
    public var recompute = false

    public init() {}
  }

  public struct Output: Sendable, Equatable {
    public enum Weights: String, Sendable, CaseIterable {
      case float32
      case float16
    }

    /// Steps between checkpoints.
    public var checkpointEvery = 500
    /// Steps between sample grids.
    public var sampleEvery = 500
    /// Steps between measurements on validation images.
    public var validateEvery = 1000
    /// How the finished model's weights are stored; training and checkpoints use float32 throughout.
    public var weights = Weights.float32
    /// Whether the run also writes event files for TensorBoard.
    public var tensorboard = false
    /// The terms under which the finished model may be used; copied into the model file.
    public var licence = ""

    public init() {}
  }

  public var schedule: Schedule {
    get { self[.schedule] }
    set { self[.schedule] = newValue }
  }

  public var memory: Memory {
    get { self[.memory] }
    set { self[.memory] = newValue }
  }

  public var output: Output {
    get { self[.output] }
    set { self[.output] = newValue }
  }
}

extension Recipe {
  /// The keys that every run uses, except those of `output`.
  public static var commonKeys: [RecipeKey] {
    RecipeSection.optimizer.keys(
      .discriminatorRate, .beta1, .beta2, .weightDecay, .clip, .accumulate, .batchNorm, .precision)
      + RecipeSection.schedule.keys(.steps)
      + RecipeSection.memory.keys(.recompute)
  }

  /// The same for single-phase runs, whose length is given in epochs.
  public static var epochKeys: [RecipeKey] {
    RecipeSection.optimizer.keys(
      .learningRate, .discriminatorRate, .beta1, .beta2, .weightDecay, .clip, .accumulate, .batchNorm, .precision)
      + RecipeSection.schedule.keys(.epochs, .decayEpochs, .decay, .warmUp, .steps, .patience, .plateau)
      + RecipeSection.memory.keys(.recompute)
  }
}

extension RecipeSection<Recipe.Schedule> {
  public static var schedule: Self { Self("schedule", Recipe.Schedule(), mayChange: true) }
}

extension RecipeSection.Key where Value == Recipe.Schedule {
  public static var epochs: Self { Self(.integer("epochs", \.epochs, 0...1_000_000)) }
  public static var decayEpochs: Self { Self(.integer("decayEpochs", \.decayEpochs, 0...1_000_000)) }
  public static var decay: Self { Self(.choice("decay", \.decay)) }
  public static var warmUp: Self { Self(.integer("warmUp", \.warmUp, 0...1_000_000_000)) }
  public static var steps: Self { Self(.integer("steps", \.steps, 0...1_000_000_000)) }
  public static var patience: Self { Self(.integer("patience", \.patience, 0...1_000_000)) }
  public static var plateau: Self { Self(.integer("plateau", \.plateau, 0...1_000_000)) }
}

extension RecipeSection<Recipe.Memory> {
  public static var memory: Self { Self("memory", Recipe.Memory(), mayChange: true) }
}

extension RecipeSection.Key where Value == Recipe.Memory {
  public static var recompute: Self { Self(.flag("recompute", \.recompute)) }
}

extension RecipeSection<Recipe.Output> {
  public static var output: Self { Self("output", Recipe.Output(), mayChange: true) }
}

extension RecipeSection.Key where Value == Recipe.Output {
  public static var checkpointEvery: Self { Self(.integer("checkpointEvery", \.checkpointEvery, 1...1_000_000_000)) }
  public static var sampleEvery: Self { Self(.integer("sampleEvery", \.sampleEvery, 1...1_000_000_000)) }
  public static var validateEvery: Self { Self(.integer("validateEvery", \.validateEvery, 1...1_000_000_000)) }
  public static var weights: Self { Self(.choice("weights", \.weights)) }
  public static var tensorboard: Self { Self(.flag("tensorboard", \.tensorboard)) }
  public static var licence: Self { Self(.text("licence", \.licence)) }
}
