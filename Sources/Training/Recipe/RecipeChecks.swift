import Datasets
import Models

extension Recipe {
  /// Checks what no key can be checked for alone, of a recipe that was made by code rather than read. Throws `RecipeError`.
  ///
  /// - Parameter origin: what its values come from, for the error.
  public func validate(origin: String) throws(RecipeError) {
    try validate { _ in .text(origin) }
  }

  /// - Parameter origin: of a key, by its path.
  func validate(_ origin: (_ key: String) -> RecipeError.Origin) throws(RecipeError) {
    do throws(RecipeProblem) {
      try task.check(self)
    } catch {
      throw RecipeError(origin(error.key), error.problem)
    }
  }

  /// That crops come from images that are large enough, and that the generator takes them.
  public func checkSizes() throws(RecipeProblem) {
    if data.largestLoadSize != 0 && data.largestLoadSize < data.loadSize {
      throw RecipeProblem(
        "data.largestLoadSize",
        "data.largestLoadSize is \(data.largestLoadSize), less than data.loadSize, which is \(data.loadSize)")
    }
    if data.cropSize > data.loadSize {
      throw RecipeProblem(
        "data.cropSize", "data.cropSize is \(data.cropSize), more than data.loadSize, which is \(data.loadSize)")
    }
    try generator.network.check("generator")
    try checkCropSize(for: generator.network.network, "generator")
  }

  /// That the discriminator takes the crops.
  public func checkDiscriminator() throws(RecipeProblem) {
    try discriminator.check("discriminator")
    try checkCropSize(
      for: discriminator.discriminator(inputChannels: 3, imagesOf: data.cropSize), "discriminator")
  }

  private func checkCropSize(for network: NetworkDescription?, _ role: String) throws(RecipeProblem) {
    guard let network else { return }
    let (multiple, smallest) = network.sizes
    let expectation =
      if data.cropSize < smallest {
        "at least \(smallest)"
      } else if data.cropSize % multiple != 0 {
        "a multiple of \(multiple)"
      } else {
        nil as String?
      }
    guard let expectation else { return }
    throw RecipeProblem(
      "data.cropSize",
      "data.cropSize is \(data.cropSize), expected \(expectation) for the \(role) \(network.name) (\(network.summary))")
  }

  /// That one of the two phases has a step.
  public func checkPhases() throws(RecipeProblem) {
    if pixelPhase.steps + adversarialPhase.steps == 0 {
      throw RecipeProblem(
        "pixelPhase.steps", "pixelPhase.steps and adversarialPhase.steps are both 0, expected at least one step")
    }
  }

  /// That a run in one phase has a step.
  public func checkEpochs() throws(RecipeProblem) {
    if schedule.epochs + schedule.decayEpochs == 0 {
      throw RecipeProblem(
        "schedule.epochs", "schedule.epochs and schedule.decayEpochs are both 0, expected at least one epoch")
    }
  }
}
