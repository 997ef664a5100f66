import Collectives
import Layers
import Tensors

extension Trainer {
  /// A step's losses, measures and gradients. The generators' part comes first, even if the discriminators train first.
  func parts(of batches: [Task.Batch], _ phase: TrainingPhase.Kind, _ learningRate: Double) -> [StepPart] {
    guard phase == .adversarial else { return [generators(batches, phase).part.complete()] }
    guard task.discriminatorsLead else {
      // The generators learn afterwards, which the discriminators, whose fakes are constants, do not notice.
      // Ranks exchange the generators' gradients while they compute the discriminators'.
      let (part, fakes) = generators(batches, phase)
      let discriminators = discriminators(batches, phase, fakes)
      return [part.complete(), discriminators.complete()]
    }
    return partsLedByDiscriminators(batches, phase, learningRate)
  }

  private func partsLedByDiscriminators(
    _ batches: [Task.Batch], _ phase: TrainingPhase.Kind, _ learningRate: Double
  ) -> [StepPart] {
    for index in 0..<task.discriminatorSteps - 1 {
      let parts = batches.map { task.batch($0, ofDiscriminatorStep: index) }
      let fakes = parts.enumerated().map { place, part in
        inContext(of: place, parts) { withoutGradients { task.translations(of: part).fakes.map(\.detached) } }
      }
      learn(discriminators(parts, phase, fakes).complete(), learningRate)
    }
    // Of one batch, the graph of its translations serves both parts. Of several, the graphs would take too much memory: the
    // generators' part makes them anew.
    let translations = batches.enumerated().map { index, batch in
      inContext(of: index, batches) {
        batches.count == 1 ? task.translations(of: batch) : withoutGradients { task.translations(of: batch) }
      }
    }
    let fakes = translations.map { $0.fakes.map(\.detached) }
    var discriminators = discriminators(batches, phase, fakes).complete()
    learn(discriminators, learningRate)
    discriminators.isLearnt = true
    search?.name(Self.variables(of: task.discriminators))
    if batches.count > 1 { return [generators(batches, phase).part.complete(), discriminators] }
    let generators = StepPart(ofBatches: 1, generatorOptimizer, ranks.isAlone ? generatorNorms : nil) { index in
      inContext(of: index, batches) { task.generatorLosses(batches[0], translations[0], phase: phase) }
    }
    return [PendingPart(generators, generatorNorms, over: ranks).complete(), discriminators]
  }

  /// With the fakes of each batch.
  private func generators(
    _ batches: [Task.Batch], _ phase: TrainingPhase.Kind
  ) -> (part: PendingPart, fakes: [[Tensor]]) {
    let key = PartKey(phase: phase, kind: task.kind(ofStep: step))
    let (part, fakes) = generatorPart(key, of: batches, [], changing: statistics, constants, generatorOptimizer) {
      [task, generatorOptimizer, norms = ranks.isAlone ? generatorNorms : nil] batches, _ in
      var fakes: [Tensor] = []
      let part = StepPart(ofBatches: batches.count, generatorOptimizer, norms) { index in
        inContext(of: index, batches) {
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
    return (PendingPart(part, generatorNorms, over: ranks), groups)
  }

  private func discriminators(
    _ batches: [Task.Batch], _ phase: TrainingPhase.Kind, _ fakes: [[Tensor]]
  ) -> PendingPart {
    newestFakes = fakes.last ?? []
    let key = PartKey(phase: phase, kind: task.kind(ofStep: step))
    let shown = shownFakes(fakes).flatMap(\.self)
    let ofEach = shown.count / batches.count
    let part = discriminatorPart(
      key, of: batches, shown, changing: statistics, constants, discriminatorOptimizer
    ) { [task, step, discriminatorOptimizer, norms = ranks.isAlone ? discriminatorNorms : nil] batches, shown in
      let part = StepPart(ofBatches: batches.count, discriminatorOptimizer, norms) { index in
        inContext(of: index, batches) {
          let fakes = Array(shown[index * ofEach..<(index + 1) * ofEach])
          return task.discriminatorLosses(batches[index], fakes: fakes, step: step)
        }
      }
      return (part, [])
    }.part
    return PendingPart(part, discriminatorNorms, over: ranks)
  }

  /// What the discriminators see instead of each batch's fakes. A task that keeps fakes chooses among those of all batches
  /// and ranks, as it would if they were one batch, so that every rank keeps the same.
  private func shownFakes(_ fakes: [[Tensor]]) -> [[Tensor]] {
    guard task.keepsFakes, fakes.count > 1 || !ranks.isAlone else {
      return fakes.map { task.shownFakes($0, step: step) }
    }
    let kinds = fakes[0].indices
    let shown = task.shownFakes(kinds.map { kind in gathered(fakes.map { $0[kind] }) }, step: step)
    return fakes.indices.map { batch in
      kinds.map { kind in
        let images = fakes[batch][kind].shape[0]
        let first = (ranks.rank * fakes.count + batch) * images
        return shown[kind].sliced(axis: 0, range: first..<first + images)
      }
    }
  }

  /// All batches of all ranks, one after the other.
  private func gathered(_ batches: [Tensor]) -> Tensor {
    let own = withoutGradients { concatenated(batches, axis: 0) }
    guard !ranks.isAlone else { return own }
    return Tensor(
      NDArray(
        ranks.gather(own.value.scalars), shape: Shape([own.shape[0] * ranks.count] + own.shape.dimensions.dropFirst())))
  }

  /// What parts read besides batches and fakes, of what changes.
  private var constants: [NDArray] { (generatorOptimizer.parameters + discriminatorOptimizer.parameters).map(\.value) }

  /// Every image of a step has draws of its own, the same whenever it is passed through the networks, and however the step's
  /// images are divided among batches and ranks.
  private func inContext<Result>(of batch: Int, _ batches: [Task.Batch], _ body: () -> Result) -> Result {
    let images = batches[batch].arrays.first?.shape.dimensions.first ?? 1
    return TrainingContext.run(
      seed: seed, step: step, recomputesActivations: memorySettings.recompute,
      firstImage: (ranks.rank * batches.count + batch) * images,
      normRanks: optimizer.batchNorm == .synchronised && !ranks.isAlone ? ranks : nil, body)
  }
}
