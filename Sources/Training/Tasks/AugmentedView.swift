import Layers
import Tensors

/// What a discriminator sees of images in training: augmented ones, if the recipe says so.
struct AugmentedView {
  private let settings: Recipe.Augmentation
  private let discriminator: String
  private let range: ValueRange

  /// - Parameters:
  ///   - discriminator: its name, on which the draws depend.
  ///   - range: of the images' values.
  init(_ settings: Recipe.Augmentation, for discriminator: String, range: ValueRange = .signed) {
    self.settings = settings
    self.discriminator = discriminator
    self.range = range
  }

  /// Outside training, the images themselves.
  ///
  /// - Parameter role: what the images are; those of one role are changed alike within a step.
  func callAsFunction(_ images: Tensor, _ role: String) -> Tensor {
    guard settings.changes != DifferentiableAugmentation(), let context = TrainingContext.current else { return images }
    let changes = settings.changes.changes(
      images: images.shape[0], size: Size(height: images.shape[1], width: images.shape[2]),
      probability: Float(settings.probability), random: context.random(for: "augmentation.\(discriminator).\(role)"))
    switch range {
    case .signed: return images.changed(changes)
    case .unit: return (images * 2 - 1).changed(changes) * 0.5 + 0.5
    }
  }
}
