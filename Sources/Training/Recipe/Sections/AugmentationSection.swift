import Layers
import Models

extension Recipe {
  /// How what the discriminators see is augmented, real images and fakes alike. For domains of few images, which a
  /// discriminator would learn by heart.
  public struct Augmentation: Sendable, Equatable {
    public var changes = DifferentiableAugmentation()
    /// Of each kind of change, for each image; the most that it may be if it adapts.
    public var probability = 1.0
    /// Whether the probability follows the discriminator, from 0 on: it rises while the mean sign of its logits on real
    /// images is above `target`, which is overfitting, and falls while it is below (ADA, Karras et al. 2020).
    public var adapts = false
    public var target = 0.6
    /// The images in which the probability could rise from 0 to 1.
    public var images = 500_000

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
      .probability("probability", \.probability), .flag("adapts", \.adapts), .number("target", \.target, 0..<1),
      .integer("images", \.images, 1...1_000_000_000))
  }
}

extension RecipeSection<Recipe.Augmentation> {
  public static var augmentation: Self { Self("augmentation", Recipe.Augmentation(), mayChange: true) }
}
