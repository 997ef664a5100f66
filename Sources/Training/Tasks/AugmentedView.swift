import Layers
import Tensors

/// What a discriminator sees of images in training: augmented ones, if the recipe says so, with a probability that may
/// follow how well it knows the real ones.
public final class AugmentedView {
  /// Steps between changes of an adaptive probability.
  private static let interval: Float = 4

  private let settings: Recipe.Augmentation
  private let discriminator: String
  private let range: ValueRange
  private let channels: [Int]?
  private let imagesPerStep: Int
  /// Of an adaptive probability: itself, the sum of the logits' mean signs since it last changed, and the steps since.
  private var state: (probability: Float, signs: Float, steps: Float) = (0, 0, 0)

  /// - Parameters:
  ///   - discriminator: its name in measures, on which the draws depend, too.
  ///   - range: of the images' values.
  ///   - channels: those of each of the images that lie one behind the other; nil for three each.
  public init(
    _ recipe: Recipe, for discriminator: String, range: ValueRange = .signed, channels: [Int]? = nil
  ) {
    self.channels = channels
    settings = recipe.augmentation
    imagesPerStep = recipe.imagesPerStep
    self.discriminator = discriminator
    self.range = range
  }

  /// Of each kind of change, for each image.
  public var probability: Float { settings.adapts ? state.probability : Float(settings.probability) }

  /// Outside training, the images themselves.
  ///
  /// - Parameter role: what the images are; those of one role are changed alike within a step.
  public func callAsFunction(_ images: Tensor, _ role: String) -> Tensor {
    guard settings.changes.changesAnything, let context = TrainingContext.current else { return images }
    let changes = settings.changes.changes(
      images: images.shape[0], from: context.firstImage, size: Size(height: images.shape[1], width: images.shape[2]),
      probability: probability,
      random: context.random(for: "augmentation.\(discriminator).\(role)"))
    switch range {
    case .signed: return images.changed(changes, channels: channels)
    case .unit: return (images * 2 - 1).changed(changes, channels: channels) * 0.5 + 0.5
    }
  }

  /// Follows the share of logits on real images that said so in a step.
  public func follow(_ measures: [(name: String, value: Float)]) {
    let name = NetworkMeasure.realAccuracy.name(of: discriminator)
    guard settings.adapts, let accuracy = measures.first(where: { $0.name == name })?.value else { return }
    state.signs += 2 * accuracy - 1
    state.steps += 1
    guard state.steps >= Self.interval else { return }
    let change = state.steps * Float(imagesPerStep) / Float(settings.images)
    let isOverfitting = state.signs / state.steps > Float(settings.target)
    let probability = state.probability + (isOverfitting ? change : -change)
    state = (min(max(0, probability), Float(settings.probability)), 0, 0)
  }

  /// What a checkpoint needs; those of several views may be set from one list.
  public var memory: [(name: String, array: NDArray)] {
    get {
      guard settings.adapts else { return [] }
      return [(memoryName, NDArray([state.probability, state.signs, state.steps], shape: [3]))]
    }
    set {
      guard let kept = newValue.first(where: { $0.name == memoryName })?.array.scalars, kept.count == 3 else { return }
      state = (kept[0], kept[1], kept[2])
    }
  }

  private var memoryName: String { "augmentation.\(discriminator)" }
}
