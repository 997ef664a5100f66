import Checkpoints
import Collectives
import Datasets
import Files
import Foundation
import Images
import Layers
import Tensors

/// The training loop: takes steps, measures, and writes samples, checkpoints and models into the run folder.
final class TrainingLoop<Project: TrainingProject> {
  /// Older checkpoints are deleted; the second newest is kept in case the newest cannot be read.
  private static var checkpointsKept: Int { 2 }
  /// The number of batches on which the running statistics of averaged weights are measured.
  private static var batchesMeasured: Int { 32 }

  private let project: Project
  private let recipe: Recipe
  private let folder: RunFolder
  /// Held from the beginning to the end of the run.
  private var folderLock: FolderLock?
  private let listeners: [any TrainingListener]
  /// Those that take every step together. The first measures and writes.
  private let ranks: any Collective
  private let plan: TrainingPlan
  private let trainer: Trainer<Project.Task>
  private let watches: RunWatches<Project>
  private var bestScores: BestScores
  private var stagnation: Stagnation
  private var repeatedSteps = RepeatedSteps()
  /// What a resumed run has otherwise than the steps before.
  private var changes: [RecipeChange] = []
  /// Notices if the steps so far were computed on another device, or by another number of ranks.
  private var originChanges: [String] = []
  /// Whether what is due after the last step is still to be done.
  private var isWorkLeft = false

  init(
    _ project: Project, recipe: Recipe, folder: RunFolder, resume: Bool, listeners: [any TrainingListener],
    ranks: any Collective
  ) throws {
    self.project = project
    self.recipe = recipe
    self.folder = folder
    self.listeners = listeners
    self.ranks = ranks
    plan = try TrainingPlan(recipe, imagesPerEpoch: project.imagesPerEpoch)
    trainer = Trainer(
      project.task, plan: plan, optimizer: recipe.optimizer, memory: recipe.memory,
      averageDecay: recipe.generator.average, seed: recipe.seed, ranks: ranks)
    watches = RunWatches(project, trainer, plan)
    bestScores = BestScores()
    stagnation = Stagnation(plateau: recipe.schedule.plateau)
    for name in plan.phases.flatMap({ project.models(endOf: $0.kind) }).map(\.name)
    where name.isEmpty || name.hasPrefix(".") || name.contains("/") {
      throw TrainingError.unusableModelName(name)
    }
    if let obstacle = recipe.optimizer.precision.obstacle {
      throw TrainingError.unusablePrecision(recipe.optimizer.precision, obstacle: obstacle)
    }
    if ranks.isFirst {
      changes = try folder.changes(to: recipe)
      folderLock = try folder.prepare(for: recipe, resume: resume)
    }
    if recipe.isResumed { try resumeFromNewestCheckpoint() }
  }

  private func resumeFromNewestCheckpoint() throws {
    if ranks.isFirst { try restoreNewestCheckpoint() }
    try takeOver(isWorkLeft: isWorkLeft)
  }

  /// Has all ranks go on from what the first one has.
  ///
  /// Machines of different kinds round differently, so that their weights would drift apart; after each checkpoint they are
  /// the same, as after a resumption from it.
  private func takeOver(isWorkLeft: Bool) throws {
    guard !ranks.isAlone else { return }
    var own = trainer.state
    own.leavesWork = isWorkLeft
    let shared = try SharedState(rateFactor: trainer.rateFactor, stagnation: stagnation, own).shared(by: ranks)
    guard !ranks.isFirst, let state = shared.state else { return }
    try trainer.restore(state, file: "rank 0's state")
    self.isWorkLeft = state.leavesWork
    (trainer.rateFactor, stagnation) = (shared.rateFactor, shared.stagnation)
  }

  /// Has all ranks follow what the first one has measured.
  private func followMeasurements() throws {
    let shared = try SharedState(rateFactor: trainer.rateFactor, stagnation: stagnation).shared(by: ranks)
    (trainer.rateFactor, stagnation) = (shared.rateFactor, shared.stagnation)
  }

  private func restoreNewestCheckpoint() throws {
    let steps = folder.checkpointSteps
    guard let newest = steps.last else { return }
    let file = folder.checkpoint(step: newest)
    let state: TrainingState
    do {
      state = try TrainingState(contentsOf: file)
      if let name = state.nonFinite {
        throw CheckpointError(file: file.relativePath, problem: "holds values that are not finite, in \(name)")
      }
    } catch let error as CheckpointError {
      let remedy = steps.dropLast().last.map { "go on from step \($0)" } ?? "begin again"
      throw CheckpointError(file: file.relativePath, problem: "\(error.problem); delete it to \(remedy)")
    }
    try trainer.restore(state, file: file.relativePath)
    let device = ComputeDevice.current.identity
    if let old = state.device, old != device {
      originChanges.append("this run was computed on \(old), and goes on on \(device): results differ by rounding")
    }
    if state.ranks != ranks.count {
      originChanges.append(
        "this run was trained with ranks: \(state.ranks), and goes on with ranks: \(ranks.count): steps take other images, "
          + "and results differ")
    }
    isWorkLeft = state.leavesWork
    let measurements = ValidationLog.rows(of: folder.validation, upTo: trainer.step)
    bestScores = BestScores(measurements, plan)
    stagnation = Stagnation(measurements, plateau: recipe.schedule.plateau)
    trainer.rateFactor = stagnation.rateFactor
  }

  func run(shouldStop: () -> Bool) throws -> TrainingEnd {
    if folderLock == nil, ranks.isFirst { folderLock = try FolderLock(folder.root) }
    defer { folderLock = nil }
    if ranks.isFirst { try tell(.started(beginning)) }
    var notices = originChanges
    if !ranks.isAlone {
      notices.append("\(ranks.count) ranks train together, \(recipe.imagesPerStep) images a step")
    }
    notices += changes.map(\.description) + nothingLeft + recipe.warnings(plan)
    notices += try recipe.begin(project.task.discriminators)
    notices += project.notices + project.newNotices()
    if ranks.isFirst { for notice in notices { try tell(.notice(step: trainer.step, text: notice)) } }
    let start = trainer.step
    do {
      try takeSteps(shouldStop)
    } catch {
      keepSteps(after: error)
      throw error
    }
    let isComplete = trainer.step >= plan.totalSteps || isOutOfPatience
    if isComplete && start == trainer.step && ranks.isFirst { try writeModels(endOf: currentPhase) }
    let models = plan.phases.flatMap { project.models(endOf: $0.kind) }.map { folder.model($0.name) }
    let end = TrainingEnd(
      reason: trainer.step >= plan.totalSteps ? .completed : isOutOfPatience ? .stagnated : .interrupted,
      step: trainer.step, totalSteps: plan.totalSteps, models: isComplete ? models : [])
    if ranks.isFirst { try tell(.finished(end)) }
    return end
  }

  /// A notice if the resumed run has already taken all steps that its recipe asks for.
  private var nothingLeft: [String] {
    guard recipe.isResumed, !isWorkLeft, trainer.step >= plan.totalSteps else { return [] }
    return [
      "nothing is left to train: the run has taken \(trainer.step) steps, and its recipe asks for \(plan.totalSteps); "
        + "more steps or epochs in the recipe go on from here"
    ]
  }

  private func takeSteps(_ shouldStop: () -> Bool) throws {
    let (own, all, first) = (accumulated, accumulated * ranks.count, accumulated * ranks.rank)
    let prefetcher = Prefetcher(from: trainer.step * own, ahead: max(3, own), threads: 1) {
      [batches = project.batches] place in
      try batches(place / own * all + first + place % own)
    }
    defer { prefetcher.stop() }
    var isStopped = false
    if isWorkLeft { try doWhatIsDue(isStopped: false) }
    while trainer.step < plan.totalSteps, !isStopped, !isOutOfPatience {
      try takeStep(prefetcher)
      isWorkLeft = true
      isStopped = try isAskedToStop(shouldStop)
      try doWhatIsDue(isStopped: isStopped)
    }
  }

  /// Whether any rank is.
  private func isAskedToStop(_ shouldStop: () -> Bool) throws -> Bool {
    let isAsked = shouldStop()
    guard !ranks.isAlone else { return isAsked }
    let count = ranks.sum([isAsked ? 1 : 0])[0]
    try ranks.check()
    return count > 0
  }

  private func doWhatIsDue(isStopped: Bool) throws {
    let endingPhase = plan.phaseEnding(withStep: trainer.step)
    func isDue(_ interval: Int) -> Bool { trainer.step % interval == 0 || endingPhase != nil }
    let output = recipe.output
    let isCheckpointDue = isDue(output.checkpointEvery) || isStopped || isOutOfPatience
    if isCheckpointDue || isDue(output.sampleEvery) || isDue(output.validateEvery) { try checkValues() }
    if isCheckpointDue { try takeOver(isWorkLeft: false) }
    if isDue(output.sampleEvery), ranks.isFirst { try writeSamples() }
    if isDue(output.validateEvery) {
      if ranks.isFirst { try validate() }
      try followMeasurements()
    }
    isWorkLeft = false
    guard ranks.isFirst else { return }
    // Before the checkpoint, so that a run killed in between makes them again.
    if endingPhase != nil || isOutOfPatience { try writeModels(endOf: currentPhase) }
    if isCheckpointDue || isOutOfPatience { try writeCheckpoint() }
  }

  /// Writes a checkpoint of the steps taken before a run must end, and says why it ends in the log.
  private func keepSteps(after error: any Error) {
    // A step that diverged has told itself, and where files cannot be written, reports may lack the last step.
    if error is TrainingError || error is FileError || !ranks.isFirst { return }
    try? tell(.failed(step: trainer.step, problem: "\(error)"))
    // What a failed device computed is meaningless.
    if error is DeviceFailure || error is CollectiveFailure { return }
    guard trainer.step > folder.checkpointSteps.last ?? 0, trainer.state.nonFinite == nil else { return }
    try? writeCheckpoint()
  }

  /// How many batches a step takes.
  private var accumulated: Int { recipe.optimizer.accumulate }

  /// The phase of the last step.
  private var currentPhase: TrainingPhase.Kind { plan.phase(ofStep: max(0, trainer.step - 1)).phase.kind }

  /// Whether the run ends because measurements no longer bring anything better.
  private var isOutOfPatience: Bool {
    recipe.schedule.patience > 0 && stagnation.measurements >= recipe.schedule.patience
  }

  private func takeStep(_ prefetcher: Prefetcher<Project.Task.Batch>) throws {
    let began = ContinuousClock.now
    let batches = try (0..<accumulated).map { _ in try prefetcher.next() }
    let report = trainer.step(batches)
    try ranks.check()
    try ComputeDevice.current.check()
    let seconds = began.duration(to: .now) / .seconds(1)
    let step = TrainingStep(
      step: report.step, totalSteps: plan.totalSteps, epoch: plan.epoch(ofStep: report.step),
      learningRate: report.learningRate, losses: report.losses, measures: report.measures, seconds: seconds,
      images: ranks.isAlone ? nil : recipe.imagesPerStep)
    if ranks.isFirst { try tell(.step(step)) }
    for notice in project.newNotices() { try tell(.notice(step: step.step, text: notice)) }
    if report.leftRange, ranks.isFirst, let notice = repeatedSteps.notice(of: recipe.optimizer.precision) {
      try tell(.notice(step: step.step, text: notice))
    }
    if let broken = report.nonFinite {
      let cause = trainer.origin(ofFailedStepOn: batches).map { Divergence.Cause.result($0) }
      throw try divergence(at: step.step, of: broken, cause ?? .unknown)
    }
    guard ranks.isFirst else { return }
    for notice in try watches.notices(after: step) { try tell(.notice(step: step.step, text: notice)) }
  }

  /// Throws if the last step made anything that is not finite, before that is kept, measured or shown.
  private func checkValues() throws {
    let name = trainer.state.nonFinite
    try ComputeDevice.current.check()
    guard let name else { return }
    throw try divergence(at: trainer.step, of: name, .update)
  }

  /// Told as an event, too, for the log and the page.
  private func divergence(at step: Int, of value: String, _ cause: Divergence.Cause) throws -> TrainingError {
    let divergence = Divergence(
      step: step, value: value, cause: cause, checkpoint: folder.checkpointSteps.last,
      run: folder.root.relativePath, rate: recipe.rateName(in: currentPhase))
    if ranks.isFirst { try tell(.failed(step: step, problem: divergence.finding)) }
    return .diverged(divergence)
  }

  private func writeSamples() throws {
    let batch = try project.previews()
    let rows = try withAveragedGenerators { project.task.sampleRows(batch) }
    let file = folder.sampleGrid(step: trainer.step)
    try Image.grid(rows: rows).write(to: file, format: .png)
    try tell(.samples(step: trainer.step, file: file))
  }

  /// Measures the averaged generators, and writes each model that is the best of its phase so far.
  private func validate() throws {
    try withAveragedGenerators {
      guard let scores = try project.validate() else { return }
      var isBetter = false
      for (name, scores) in TrainingValidation.byModel(scores) {
        let isBest = bestScores.take(scores, of: name, currentPhase)
        for model in project.models(endOf: currentPhase) where isBest && (name == nil || model.name == name) {
          try write(model, to: folder.best(model.name))
        }
        isBetter = isBetter || isBest
        try tell(
          .validated(TrainingValidation(step: trainer.step, model: name, scores: scores, isBest: isBest)))
      }
      try follow(isBetter: isBetter)
      if let warning = project.warning(of: scores) { try tell(.notice(step: trainer.step, text: warning)) }
    }
  }

  /// Halves the learning rate where measurements have brought nothing better for long.
  private func follow(isBetter: Bool) throws {
    stagnation.take(isBetter: isBetter)
    guard stagnation.rateFactor != trainer.rateFactor else { return }
    trainer.rateFactor = stagnation.rateFactor
    let text = "\(recipe.schedule.plateau) measurements brought nothing better: the learning rate is halved"
    try tell(.notice(step: trainer.step, text: text))
  }

  /// The averaged weights' running statistics are measured on the next batches.
  private func withAveragedGenerators<Result>(_ body: () throws -> Result) throws -> Result {
    let batches = (trainer.step..<trainer.step + Self.batchesMeasured).map { [batches = project.batches] step in
      { @Sendable in try batches(step) }
    }
    return try trainer.withAveragedGenerators(measuredOn: batches, body)
  }

  private func writeCheckpoint() throws {
    let file = folder.checkpoint(step: trainer.step)
    var state = trainer.state
    state.leavesWork = isWorkLeft
    state.ranks = ranks.count
    try state.write(to: file, recipe: recipe)
    for old in folder.checkpointSteps.dropLast(Self.checkpointsKept) {
      try? FileManager.default.removeItem(at: folder.checkpoint(step: old))
    }
    try tell(.checkpoint(step: trainer.step, file: file))
  }

  private func writeModels(endOf phase: TrainingPhase.Kind) throws {
    try withAveragedGenerators {
      for model in project.models(endOf: phase) { try write(model, to: folder.model(model.name)) }
    }
  }

  private func write(_ model: FinishedModel, to file: URL) throws {
    var description = model.description
    description.name = folder.name
    description.version = GuiseVersion.current
    description.recipe = recipe.withoutFolders.yaml
    description.licence = recipe.output.licence.isEmpty ? nil : recipe.output.licence
    description.trainingSteps = trainer.step
    try ModelFile.write(
      model.network, description: description, storage: recipe.output.weights == .float16 ? .float16 : .float32,
      to: file)
  }

  private var beginning: TrainingStart {
    TrainingStart(
      recipe: recipe, plan: plan, resumedStep: trainer.step, images: project.images,
      samples: SampleLabels(columns: project.task.sampleColumns, groups: project.task.sampleGroups),
      parameters: (project.task.generators + project.task.discriminators).map {
        ($0.name, $0.network.parameterCount)
      })
  }

  private func tell(_ event: TrainingEvent) throws {
    for listener in listeners { try listener.receive(event) }
  }
}
