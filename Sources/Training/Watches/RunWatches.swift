/// All watches of a run, with what they look at: every step, and now and then the sample images and held-out ones.
final class RunWatches<Project: TrainingProject> {
  private let project: Project
  private let trainer: Trainer<Project.Task>
  private let plan: TrainingPlan
  private var watches: [any Watch] = []
  private var phaseStart: Int?
  /// Read when they are first looked at.
  private lazy var previews = Result { try project.previews() }

  init(_ project: Project, _ trainer: Trainer<Project.Task>, _ plan: TrainingPlan) {
    self.project = project
    self.trainer = trainer
    self.plan = plan
  }

  /// What there is to tell after a step, one line each.
  func notices(after step: TrainingStep) throws -> [String] {
    // Each phase has losses of its own, to which nothing before it compares.
    let start = plan.phase(ofStep: step.step - 1).start
    if start != phaseStart {
      phaseStart = start
      watches = [
        DiscriminatorWatch(), GradientWatch(), SpreadWatch(), ColorWatch(), TextureWatch(), MemorizationWatch(),
      ]
    }
    var notices = watches.flatMap { $0.see(step) }
    guard Looks.areDue(step.step) else { return notices }
    let images = project.task.sampleImages(try previews.get())
    notices += watches.flatMap { $0.see(images, step: step.step) }
    for measures in heldOutMeasures(step) {
      notices += watches.flatMap { $0.see(heldOut: measures, step: step.step) }
    }
    return notices
  }

  /// Batches that cannot be read are left out: no run should end because of a watch.
  private func heldOutMeasures(_ step: TrainingStep) -> [[(name: String, value: Float)]] {
    guard let heldOut = project.heldOut, !step.networks(with: .realScore).isEmpty else { return [] }
    let first = step.step / Looks.interval * Looks.heldOutBatches
    return (first..<first + Looks.heldOutBatches).compactMap { place in
      (try? heldOut(place)).map { trainer.measures(ofHeldOut: $0, place: place) }
    }
  }
}

/// When images are looked at, which takes time: more often at first, when most faults show.
private enum Looks {
  /// In steps.
  static let interval = 50
  private static let (beginning, intervalAfterwards) = (300, 250)
  static let heldOutBatches = 4

  static func areDue(_ step: Int) -> Bool {
    step % (step <= beginning ? interval : intervalAfterwards) == 0
  }
}
