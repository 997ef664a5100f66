import Collectives

/// Trains a recipe in a run folder, from the first step or the newest checkpoint to the finished models.
public final class TrainingRun {
  /// The task's `TrainingLoop.run`.
  private let loop: (_ shouldStop: () -> Bool) throws -> TrainingEnd

  /// Creates the run folder and, to resume, reads its newest checkpoint.
  ///
  /// - Parameters:
  ///   - listeners: receive the run's events in this order, such as `folder.reports()`. Of several ranks, those of the first;
  ///     the others' are told what is amiss with images only.
  ///   - ranks: those that train together, each of which makes a run of the same recipe. The first reads and writes the
  ///     folder.
  ///
  /// Throws `DatasetError` for missing images, `RecipeError` or `RecipeProblem` for a recipe that cannot be trained,
  /// `CollectiveFailure` for other ranks that were lost, `RunFolderError` or `FileError` for an unusable folder, `CheckpointError` for an unreadable checkpoint.
  public init(
    recipe: Recipe, folder: RunFolder, resume: Bool, listeners: [any TrainingListener],
    ranks: any Collective = SoleRank.shared
  ) throws {
    func loop<Project: TrainingProject>(_ project: Project.Type, _ recipe: Recipe) throws -> (() -> Bool) throws ->
      TrainingEnd
    {
      let loop = try TrainingLoop(
        project.init(recipe), recipe: recipe, folder: folder, resume: resume, listeners: listeners, ranks: ranks)
      return { try loop.run(shouldStop: $0) }
    }
    try recipe.validate(origin: "the recipe")
    if ranks.isFirst { try folder.check(recipe, resume: resume) }
    var recipe = recipe
    // Machines may see a shared folder at different moments.
    recipe.isResumed = ranks.broadcast([resume && !folder.checkpointSteps.isEmpty ? 1 : 0])[0] == 1
    recipe.ranks = ranks.count
    try ranks.check()
    self.loop = try loop(recipe.task, recipe)
  }

  /// Trains to the end, or until `shouldStop`, which is asked after each step, returns true.
  ///
  /// Either way, the folder then holds a checkpoint of the last step; at the end, it also holds the models.
  public func run(shouldStop: () -> Bool = { false }) throws -> TrainingEnd {
    try loop(shouldStop)
  }
}
