/// Trains a recipe in a run folder, from the first step or the newest checkpoint to the finished models.
public final class TrainingRun {
  /// The task's `TrainingLoop.run`.
  private let loop: (_ shouldStop: () -> Bool) throws -> TrainingEnd

  /// Creates the run folder and, to resume, reads its newest checkpoint.
  ///
  /// - Parameter listeners: receive the run's events in this order, such as `folder.reports()`.
  ///
  /// Throws `DatasetError` for missing images, `RecipeError` or `RecipeProblem` for a recipe that cannot be trained,
  /// `RunFolderError` or `FileError` for an unusable folder, `CheckpointError` for an unreadable checkpoint.
  public init(recipe: Recipe, folder: RunFolder, resume: Bool, listeners: [any TrainingListener]) throws {
    func loop<Project: TrainingProject>(_ project: Project.Type, _ recipe: Recipe) throws -> (() -> Bool) throws ->
      TrainingEnd
    {
      let loop = try TrainingLoop(
        project.init(recipe), recipe: recipe, folder: folder, resume: resume, listeners: listeners)
      return { try loop.run(shouldStop: $0) }
    }
    try recipe.validate(origin: "the recipe")
    try folder.check(recipe, resume: resume)
    var recipe = recipe
    recipe.isResumed = resume && !folder.checkpointSteps.isEmpty
    self.loop = try loop(recipe.task, recipe)
  }

  /// Trains to the end, or until `shouldStop`, which is asked after each step, returns true.
  ///
  /// Either way, the folder then holds a checkpoint of the last step; at the end, it also holds the models.
  public func run(shouldStop: () -> Bool = { false }) throws -> TrainingEnd {
    try loop(shouldStop)
  }
}
