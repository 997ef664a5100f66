import Models

extension Recipe {
  /// How the encoder of networks that have one begins and learns.
  public struct Encoder: Sendable, Equatable {
    /// A PyTorch file of EfficientNet-Lite0, with whose weights the encoder begins; random ones if empty.
    public var file = ""
    /// The encoder's learning rate as a share of the rest's.
    public var rate = 0.2
    /// How many of the encoder's first parts, the stem and then its blocks, keep their weights. What they see, edges and
    /// textures, is the same in all photographs.
    public var frozen = 3

    public init() {}
  }

  public var encoder: Encoder {
    get { self[.encoder] }
    set { self[.encoder] = newValue }
  }

  public static var encoderKeys: [RecipeKey] {
    RecipeSection.encoder.keys(
      .path("file", \.file), .init(.share("rate", \.rate)),
      .init(.integer("frozen", \.frozen, 0...17), mayChange: false))
  }
}

extension RecipeSection<Recipe.Encoder> {
  public static var encoder: Self { Self("encoder", Recipe.Encoder(), mayChange: true) }
}
