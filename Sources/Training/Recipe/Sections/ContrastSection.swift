import Models

extension Recipe {
  /// How CUT compares translations with their sources.
  public struct Contrast: Sendable, Equatable {
    /// Of the contrastive loss, relative to the adversarial one.
    public var weight = 1.0
    /// Whether images of the target domain, which should stay as they are, are compared as well: the loss is then the
    /// mean of both.
    public var identity = true
    /// The generator's layers whose features are compared.
    public var layers = ["image", "downsampling1", "downsampling2", "block1", "block5"]
    /// Places that are compared, in each image and layer.
    public var patches = 256
    /// The features' number after projection.
    public var features = 256
    public var temperature = 0.07
    /// Whether half of the steps, at random, translate mirror images, and compare the translation's mirror image: FastCUT's
    /// flip equivariance, for when `identity` is off.
    public var mirror = false

    public init() {}
  }

  public var contrast: Contrast {
    get { self[.contrast] }
    set { self[.contrast] = newValue }
  }

  public static var contrastKeys: [RecipeKey] {
    RecipeSection.contrast.keys(
      .init(.weight("weight", \.weight)), .init(.flag("identity", \.identity)),
      .init(.texts("layers", \.layers), mayChange: false), .init(.integer("patches", \.patches, 2...4096)),
      .init(.integer("features", \.features, 1...4096), mayChange: false),
      .init(.positive("temperature", \.temperature)), .init(.flag("mirror", \.mirror)))
  }
}

extension RecipeSection<Recipe.Contrast> {
  public static var contrast: Self { Self("contrast", Recipe.Contrast(), mayChange: true) }
}
