import Layers
import Tensors

extension Trainer {
  /// A step's losses, measures and gradients. The generators' part comes first, even if the discriminators train first.
  func parts(of batches: [Task.Batch], _ phase: TrainingPhase.Kind, _ learningRate: Double) -> [StepPart] {
    guard phase == .adversarial else { return [generators(batches, phase).part] }
    guard task.discriminatorsLead else {
      // The generators learn afterwards, which the discriminators, whose fakes are constants, do not notice.
      let (part, fakes) = generators(batches, phase)
      return [part, discriminators(batches, phase, fakes)]
    }
    return partsLedByDiscriminators(batches, phase, learningRate)
  }

  private func partsLedByDiscriminators(
    _ batches: [Task.Batch], _ phase: TrainingPhase.Kind, _ learningRate: Double
  ) -> [StepPart] {
    for index in 0..<task.discriminatorSteps - 1 {
      let parts = batches.map { task.batch($0, ofDiscriminatorStep: index) }
      let fakes = parts.enumerated().map { place, part in
        inContext(of: place, parts.count) { withoutGradients { task.translations(of: part).fakes.map(\.detached) } }
      }
      learn(discriminators(parts, phase, fakes), learningRate)
    }
    // Of one batch, the graph of its translations serves both parts. Of several, the graphs would take too much memory: the
    // generators' part makes them anew.
    let translations = batches.enumerated().map { index, batch in
      inContext(of: index, batches.count) {
        batches.count == 1 ? task.translations(of: batch) : withoutGradients { task.translations(of: batch) }
      }
    }
    let fakes = translations.map { $0.fakes.map(\.detached) }
    var discriminators = discriminators(batches, phase, fakes)
    learn(discriminators, learningRate)
    discriminators.isLearnt = true
    search?.name(Self.variables(of: task.discriminators))
    if batches.count > 1 { return [generators(batches, phase).part, discriminators] }
    let generators = StepPart(ofBatches: 1, generatorOptimizer, generatorNorms) { index in
      inContext(of: index, 1) { task.generatorLosses(batches[0], translations[0], phase: phase) }
    }
    return [generators, discriminators]
  }

  /// With the fakes of each batch.
  private func generators(
    _ batches: [Task.Batch], _ phase: TrainingPhase.Kind
  ) -> (part: StepPart, fakes: [[Tensor]]) {
    let key = PartKey(phase: phase, kind: task.kind(ofStep: step))
    let (part, fakes) = generatorPart(key, of: batches, [], changing: statistics, constants, generatorOptimizer) {
      [task, generatorOptimizer, generatorNorms] batches, _ in
      var fakes: [Tensor] = []
      let part = StepPart(ofBatches: batches.count, generatorOptimizer, generatorNorms) { index in
        inContext(of: index, batches.count) {
          let translations = task.translations(of: batches[index])
          fakes += translations.fakes.map(\.detached)
          return task.generatorLosses(batches[index], translations, phase: phase)
        }
      }
      return (part, fakes)
    }
    let ofEach = fakes.count / batches.count
    let groups = batches.indices.map { Array(fakes[$0 * ofEach..<($0 + 1) * ofEach]) }
    newestFakes = groups.last ?? []
    return (part, groups)
  }

  private func discriminators(
    _ batches: [Task.Batch], _ phase: TrainingPhase.Kind, _ fakes: [[Tensor]]
  ) -> StepPart {
    newestFakes = fakes.last ?? []
    let key = PartKey(phase: phase, kind: task.kind(ofStep: step))
    let shown = fakes.flatMap { task.shownFakes($0, step: step) }
    let ofEach = shown.count / batches.count
    return discriminatorPart(
      key, of: batches, shown, changing: statistics, constants, discriminatorOptimizer
    ) { [task, step, discriminatorOptimizer, discriminatorNorms] batches, shown in
      let part = StepPart(ofBatches: batches.count, discriminatorOptimizer, discriminatorNorms) { index in
        inContext(of: index, batches.count) {
          let fakes = Array(shown[index * ofEach..<(index + 1) * ofEach])
          return task.discriminatorLosses(batches[index], fakes: fakes, step: step)
        }
      }
      return (part, [])
    }.part
  }

  /// What parts read besides batches and fakes, of what changes.
  private var constants: [NDArray] { (generatorOptimizer.parameters + discriminatorOptimizer.parameters).map(\.value) }

  /// Every batch of a step has draws of its own, the same whenever it is passed through the networks.
  private func inContext<Result>(of batch: Int, _ count: Int, _ body: () -> Result) -> Result {
    TrainingContext.run(
      seed: seed, step: (step - 1) * count + batch + 1, recomputesActivations: memorySettings.recompute, body)
  }
}
