/// How many steps a run takes, in which phases.
public struct TrainingPlan: Sendable {
  public let stepsPerEpoch: Int
  /// In order; each has at least one step.
  public let phases: [TrainingPhase]

  /// Throws `TrainingError` if there is no step to take, or no image.
  ///
  /// - Parameters:
  ///   - phases: those without steps are left out.
  ///   - imagesPerEpoch: for unpaired domains, the size of the larger one.
  ///   - batch: images per step; if it does not divide the epoch, the epoch ends partway through its last step.
  public init(_ phases: [TrainingPhase], imagesPerEpoch: Int = 1, batch: Int = 1) throws(TrainingError) {
    self.phases = phases.filter { $0.steps > 0 }
    stepsPerEpoch = try Self.stepsPerEpoch(imagesPerEpoch: imagesPerEpoch, batch: batch)
    guard !self.phases.isEmpty else { throw .noSteps }
  }

  /// - Parameter imagesPerEpoch: for unpaired domains, the size of the larger one.
  public init(_ recipe: Recipe, imagesPerEpoch: Int) throws(TrainingError) {
    let batch = recipe.imagesPerStep
    let stepsPerEpoch = try Self.stepsPerEpoch(imagesPerEpoch: imagesPerEpoch, batch: batch)
    try self.init(
      recipe.task.phases(of: recipe, stepsPerEpoch: stepsPerEpoch), imagesPerEpoch: imagesPerEpoch, batch: batch)
  }

  private static func stepsPerEpoch(imagesPerEpoch: Int, batch: Int) throws(TrainingError) -> Int {
    guard imagesPerEpoch > 0, batch > 0 else { throw .noEpoch(images: imagesPerEpoch, batch: batch) }
    return (imagesPerEpoch + batch - 1) / batch
  }

  public var totalSteps: Int { phases.reduce(0) { $0 + $1.steps } }

  /// The phase of a step, counted from 0, and the step at which that phase begins; past the end, the last phase.
  public func phase(ofStep step: Int) -> (phase: TrainingPhase, start: Int) {
    var start = 0
    for phase in phases.dropLast() {
      if step < start + phase.steps { return (phase, start) }
      start += phase.steps
    }
    return (phases[phases.count - 1], start)
  }

  /// The phase that ends with a step, counted from 1.
  public func phaseEnding(withStep step: Int) -> TrainingPhase? {
    let (phase, start) = phase(ofStep: step - 1)
    return step == start + phase.steps ? phase : nil
  }

  /// The epoch, counted from 1, that a step, counted from 1, belongs to.
  public func epoch(ofStep step: Int) -> Int {
    (step - 1) / stepsPerEpoch + 1
  }
}
