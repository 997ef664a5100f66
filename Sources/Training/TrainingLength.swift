/// How many steps a run takes, and where its learning rate begins to fall.
public struct TrainingLength: Sendable, Equatable {
  public let stepsPerEpoch: Int
  public let totalSteps: Int
  /// Steps at the full learning rate; during the others it falls linearly to 0.
  public let constantSteps: Int

  /// - Parameters:
  ///   - imagesPerEpoch: the size of the larger domain.
  ///   - batch: images in a step; an epoch that they do not divide ends within its last step.
  public init(_ schedule: Recipe.Schedule, imagesPerEpoch: Int, batch: Int) {
    precondition(imagesPerEpoch > 0 && batch > 0, "\(imagesPerEpoch) images in batches of \(batch) make no epoch")
    let epochs = schedule.epochs + schedule.decayEpochs
    stepsPerEpoch = (imagesPerEpoch + batch - 1) / batch
    totalSteps = schedule.steps > 0 ? schedule.steps : epochs * stepsPerEpoch
    constantSteps =
      epochs > 0 ? Int((Double(totalSteps) * Double(schedule.epochs) / Double(epochs)).rounded()) : totalSteps
  }

  /// The epoch, counted from 1, that a step, counted from 1, belongs to.
  public func epoch(ofStep step: Int) -> Int {
    (step - 1) / stepsPerEpoch + 1
  }
}
