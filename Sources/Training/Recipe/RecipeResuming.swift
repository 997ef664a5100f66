import Models

extension Recipe {
  /// The paths of keys whose different values prevent a run of this recipe from being resumed with the other: they would
  /// make other networks, or move the step into another phase.
  ///
  /// - Parameter step: that of the checkpoint.
  func obstacles(toResumingWith other: Recipe, fromStep step: Int) -> [String] {
    let fixed = keys.filter { !$0.mayChange && $0.write(self) != $0.write(other) }.map(\.path)
    return fixed + filesThatDecide(differentFrom: other) + sizesThatDecide(differentFrom: other)
      + stepsThatDecide(differentFrom: other, at: step)
  }

  /// Where these are may change, but not whether there are any: that decides which of an encoder's parameters learn.
  private func filesThatDecide(differentFrom other: Recipe) -> [String] {
    guard generator.network.network?.network is any EncodingNetwork.Type else { return [] }
    return [("encoder.file", \Recipe.encoder.file), ("generator.initial", \.generator.initial)]
      .filter { self[keyPath: $0.1].isEmpty != other[keyPath: $0.1].isEmpty }.map(\.0)
  }

  /// Some discriminators are made for one size.
  private func sizesThatDecide(differentFrom other: Recipe) -> [String] {
    func network(_ recipe: Recipe) -> NetworkDescription? {
      discriminator.discriminator(inputChannels: 3, imagesOf: recipe.data.cropSize)
    }
    return network(self) == network(other) ? [] : ["data.cropSize"]
  }

  private func stepsThatDecide(differentFrom other: Recipe, at step: Int) -> [String] {
    let paths = ["pixelPhase.steps", "adversarialPhase.steps", "schedule.steps"]
    let different = paths.filter { path in key(path).map { $0.write(self) != $0.write(other) } ?? false }
    // Without one of the phases there is no discriminator.
    let hasNew = (adversarialPhase.steps == 0) != (other.adversarialPhase.steps == 0)
    return hasNew || phaseBegin(of: step) != other.phaseBegin(of: step) ? different : []
  }

  /// The step at which the phase of a step began that was taken, counted from 1.
  private func phaseBegin(of step: Int) -> Int? {
    // The lengths of several phases do not depend on the epoch's.
    try? TrainingPlan(task.phases(of: self, stepsPerEpoch: 1)).phase(ofStep: step - 1).start
  }
}
