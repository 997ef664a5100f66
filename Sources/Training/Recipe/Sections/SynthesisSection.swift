import Models

extension Recipe {
  /// What generation from noise has besides its networks and the adversarial loss.
  public struct Synthesis: Sendable, Equatable {
    public var condition = Condition.none
    /// Weight of the cross-entropy of the classes, for an auxiliary classifier.
    public var classWeight = 1.0
    /// How often the discriminator learns in a step.
    public var discriminatorSteps = 1
    /// The largest size of the discriminator's weights, to which they are cut after each of its steps; 0 for no limit.
    public var clipping = 0.0
    /// Weight of the penalty on the discriminator's slope between real and made images; 0 for none.
    public var slopePenalty = 0.0
    /// What the discriminator's target of real images is lowered by.
    public var smoothing = 0.0
    /// How many generators there are. Of several, the discriminator tells which one made an image.
    public var generators = 1
    /// Weight of telling images without labels from made ones; 0 for a classifier that learns from labels alone.
    public var unlabelledWeight = 1.0
    /// The standard deviation, in the first step, of noise that the discriminator sees on all images.
    public var instanceNoise = 0.0
    /// Over how many steps that noise falls to 0.
    public var instanceNoiseSteps = 10_000
    /// The share of images of a generator with styles that are made of two of them (Karras et al. 2019).
    public var styleMixing = 0.0
    /// Weight of the penalty on uneven changes of images with their styles; 0 for none.
    public var pathLength = 0.0
    /// That penalty is taken once in so many steps, and then counts as many times.
    public var pathLengthEvery = 4
    /// Weight of orthogonal regularization of the generator; 0 for none.
    public var orthogonality = 0.0

    public init() {}
  }

  /// How generators and discriminators are told the class of an image.
  public enum Condition: String, Sendable, CaseIterable {
    /// Not at all.
    case none
    /// Beside the noise, and as further channels of the image (Mirza and Osindero 2014).
    case label
    /// The discriminator has a part of its verdict for each class (Miyato and Koyama 2018).
    case projection
    /// The discriminator tells the class as well (Odena et al. 2017).
    case auxiliary
  }

  public enum Source: String, Sendable, CaseIterable {
    /// Those of `data.root`.
    case files
    /// Points of a plane, drawn around eight places on a circle.
    case ring
    /// Three gray images of `data.root` at a time, as red, green and blue.
    case stacked
  }

  public var synthesis: Synthesis {
    get { self[.synthesis] }
    set { self[.synthesis] = newValue }
  }
}

extension RecipeSection<Recipe.Synthesis> {
  public static var synthesis: Self { Self("synthesis", Recipe.Synthesis(), mayChange: true) }
}

extension RecipeSection.Key where Value == Recipe.Synthesis {
  public static var condition: Self { Self(.choice("condition", \.condition), mayChange: false) }
  public static var classWeight: Self { Self(.weight("classWeight", \.classWeight)) }
  public static var discriminatorSteps: Self {
    Self(.integer("discriminatorSteps", \.discriminatorSteps, 1...100), mayChange: false)
  }
  public static var clipping: Self { Self(.weight("clipping", \.clipping)) }
  public static var slopePenalty: Self { Self(.weight("slopePenalty", \.slopePenalty)) }
  public static var smoothing: Self { Self(.number("smoothing", \.smoothing, 0..<0.5)) }
  public static var unlabelledWeight: Self { Self(.weight("unlabelledWeight", \.unlabelledWeight)) }
  public static var instanceNoise: Self { Self(.weight("instanceNoise", \.instanceNoise)) }
  public static var instanceNoiseSteps: Self {
    Self(.integer("instanceNoiseSteps", \.instanceNoiseSteps, 1...1_000_000_000))
  }
  public static var generators: Self { Self(.integer("generators", \.generators, 1...64), mayChange: false) }
  public static var styleMixing: Self { Self(.number("styleMixing", \.styleMixing, 0..<1)) }
  public static var orthogonality: Self { Self(.weight("orthogonality", \.orthogonality)) }
  public static var pathLength: Self { Self(.weight("pathLength", \.pathLength)) }
  public static var pathLengthEvery: Self { Self(.integer("pathLengthEvery", \.pathLengthEvery, 1...1_000_000)) }
}
