import Layers

extension Recipe {
  /// What a run does not make use of as it may be meant, one line each.
  func warnings(_ plan: TrainingPlan) -> [String] {
    let warmUps = plan.phases.compactMap { phase -> String? in
      guard let warmUp = phase.schedule as? WarmUp, warmUp.steps > phase.steps else { return nil }
      let name = name(of: "warmUp", in: phase.kind, ofEpochs: "schedule.warmUp")
      return
        "\(name) is \(warmUp.steps) steps, more than the \(phase.steps) there are: the learning rate never reaches "
        + rateName(in: phase.kind)
    }
    let changesNothing =
      key("augmentation.adapts") != nil && augmentation.adapts && !augmentation.changes.changesAnything
    return warmUps
      + (changesNothing
        ? ["augmentation.adapts has nothing to adapt: switch augmentation.color, translation or cutout on"] : [])
  }

  /// The key of a phase's learning rate.
  func rateName(in phase: TrainingPhase.Kind) -> String {
    name(of: "learningRate", in: phase, ofEpochs: "optimizer.learningRate")
  }

  /// The key of a phase, or that of runs in epochs.
  private func name(of name: String, in phase: TrainingPhase.Kind, ofEpochs other: String) -> String {
    key(other) == nil ? "\(phase.rawValue)Phase.\(name)" : other
  }
}

extension DifferentiableAugmentation {
  /// Whether any of it is switched on.
  var changesAnything: Bool { self != DifferentiableAugmentation() }
}
