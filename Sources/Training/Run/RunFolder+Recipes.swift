import Files
import Foundation

/// The recipes that a run had, if it was resumed with another: each from a step on, as `recipes/step-000500.yaml`.
extension RunFolder {
  public var recipes: URL { root.appending(path: "recipes", directoryHint: .isDirectory) }

  /// What a resumed run has otherwise than the steps before; nothing of a run without a checkpoint.
  func changes(to recipe: Recipe) throws -> [RecipeChange] {
    guard checkpointSteps.last != nil, FileManager.default.fileExists(atPath: self.recipe.path) else { return [] }
    return try Recipe(contentsOf: self.recipe).changes(to: recipe)
  }

  /// Keeps the recipe so far and the one from the newest checkpoint on, where they differ, and writes the latter as the
  /// run's.
  func keep(_ recipe: Recipe) throws {
    if let step = checkpointSteps.last {
      if try !changes(to: recipe).isEmpty { try keep(recipe, from: step) }
    } else {
      try? FileManager.default.removeItem(at: recipes)
    }
    try AtomicFile.write(Data(recipe.yaml.utf8), to: self.recipe)
  }

  private func keep(_ recipe: Recipe, from step: Int) throws {
    try Folder.make(recipes)
    let kept = Self.steps(in: recipes, fileExtension: "yaml")
    if kept.isEmpty { try AtomicFile.write(Data(contentsOf: self.recipe), to: self.recipe(fromStep: 0)) }
    // Those of steps that were taken, and then lost with their checkpoints.
    for later in kept where later > step { try? FileManager.default.removeItem(at: self.recipe(fromStep: later)) }
    try AtomicFile.write(Data(recipe.yaml.utf8), to: self.recipe(fromStep: step))
  }

  func recipe(fromStep step: Int) -> URL { recipes.appending(path: "step-\(Self.digits(step)).yaml") }
}
