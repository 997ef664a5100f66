import Models

extension Recipe {
  /// What an adversarial phase compares images by besides pixels.
  public struct Features: Sendable, Equatable {
    /// A file that `VGGFeatures` reads; if empty, the discriminator's own features are compared.
    public var file = ""
    /// The layers of that network whose features are compared.
    public var layers = VGGFeatures.LayerChoice.vgg54
    public var loss = PixelLoss.l1

    public init() {}
  }

  public var features: Features {
    get { self[.features] }
    set { self[.features] = newValue }
  }
}

extension RecipeSection<Recipe.Features> {
  public static var features: Self { Self("features", Recipe.Features(), mayChange: true) }
}

extension RecipeSection.Key where Value == Recipe.Features {
  public static var loss: Self { Self(.choice("loss", \.loss)) }
  public static var file: Self { path("file", \.file) }
  public static var layers: Self { Self(.choice("layers", \.layers)) }
}
