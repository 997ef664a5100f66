import Layers
import Models

extension Recipe {
  /// How what the discriminators see is augmented, real images and fakes alike. For domains of few images, which a
  /// discriminator would learn by heart.
  public struct Augmentation: Sendable, Equatable {
    public var changes = DifferentiableAugmentation()
    /// Of each kind of change, for each image.
    public var probability = 1.0

    public init() {}
  }

  public var augmentation: Augmentation {
    get { self[.augmentation] }
    set { self[.augmentation] = newValue }
  }

  /// Of discriminators that see colours.
  static var augmentationKeys: [RecipeKey] {
    RecipeSection.augmentation.keys(.flag("color", \.changes.color)) + colorlessAugmentationKeys
  }

  /// Of discriminators that see lightness and chroma, whose values are not colours of one kind.
  static var colorlessAugmentationKeys: [RecipeKey] {
    RecipeSection.augmentation.keys(
      .flag("translation", \.changes.translation), .flag("cutout", \.changes.cutout),
      .probability("probability", \.probability))
  }
}

extension RecipeSection<Recipe.Augmentation> {
  public static var augmentation: Self { Self("augmentation", Recipe.Augmentation()) }
}
