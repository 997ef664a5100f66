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
}

extension RecipeSection<Recipe.Augmentation> {
  public static var augmentation: Self { Self("augmentation", Recipe.Augmentation()) }
}

extension RecipeSection.Key where Value == Recipe.Augmentation {
  public static var color: Self { Self(.flag("color", \.changes.color)) }
  public static var translation: Self { Self(.flag("translation", \.changes.translation)) }
  public static var cutout: Self { Self(.flag("cutout", \.changes.cutout)) }
  public static var probability: Self { Self(.probability("probability", \.probability)) }
}
