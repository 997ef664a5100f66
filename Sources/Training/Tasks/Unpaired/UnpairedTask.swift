import Checkpoints
import Datasets
import Images
import Models
import Tensors

/// A method of unpaired translation: its networks, losses and settings. `UnpairedProject` adds the images.
public protocol UnpairedTask: TrainingTask, SendableMetatype where Batch == UnpairedSample {
  /// As in `TrainingProject`.
  static var name: String { get }
  static var summary: String { get }
  /// The keys of its networks and losses; `UnpairedProject` adds those of the images and of the run.
  static var keys: [RecipeKey] { get }
  static func setDefaults(of recipe: inout Recipe)
  static func check(_ recipe: Recipe) throws(RecipeProblem)

  init(_ recipe: Recipe) throws

  /// The generators to export, one for each direction that is trained.
  var models: [(direction: ModelDescription.Direction, generator: any TranslationNetwork)] { get }
}

extension UnpairedTask {
  public static func setDefaults(of recipe: inout Recipe) {}

  public static func check(_ recipe: Recipe) throws(RecipeProblem) {
    try recipe.checkSizes()
    try recipe.checkEpochs()
    try recipe.checkDiscriminator()
  }

  /// Each direction's inputs and outputs, beside the images of its target domain.
  public func sampleImages(_ batch: UnpairedSample) -> [SampleImages] {
    func images(_ array: NDArray) -> [Image] { (0..<array.shape[0]).map { Image(array: array, index: $0) } }
    return models.map { direction, generator in
      let (source, target) = direction == .aToB ? (batch.a, batch.b) : (batch.b, batch.a)
      return SampleImages(
        of: direction.rawValue, inputs: images(source),
        outputs: images(withoutGradients { generator(Tensor(source)).value }), reference: .domain(images(target)))
    }
  }
}
