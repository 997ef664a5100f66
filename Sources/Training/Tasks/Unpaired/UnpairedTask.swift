import Checkpoints
import Datasets
import Models

/// Translation between two domains of unrelated images: what sets one such method apart from another. `UnpairedProject`
/// makes a project of it.
public protocol UnpairedTask: TrainingTask, SendableMetatype where Batch == UnpairedSample {
  /// As `TrainingProject`'s.
  static var name: String { get }
  static var summary: String { get }
  /// Of its networks and losses: `UnpairedProject` adds those of the images and of the run.
  static var keys: [RecipeKey] { get }
  static func setDefaults(of recipe: inout Recipe)
  static func check(_ recipe: Recipe) throws(RecipeProblem)

  init(_ recipe: Recipe) throws

  /// What a finished run leaves behind: a generator for each direction that it trains.
  var models: [(direction: ModelDescription.Direction, generator: any TranslationNetwork)] { get }
}

extension UnpairedTask {
  public static func setDefaults(of recipe: inout Recipe) {}

  public static func check(_ recipe: Recipe) throws(RecipeProblem) {
    try recipe.checkSizes()
    try recipe.checkEpochs()
    try recipe.checkDiscriminator()
  }
}
