import Kernels

extension VulkanDevice {
  /// Values that a workgroup of `adam.comp` takes.
  private static let valuesPerGroup = 1024

  /// All parameters in one dispatch, which finds their values by addresses.
  package func updateByAdam(_ updates: [AdamUpdate]) {
    var words: [UInt32] = []
    var accesses: [Binding] = []
    var groups = 0
    for update in updates {
      let changed = [update.parameter, update.firstMoment, update.secondMoment].map { operandForWriting($0) }
      let gradient = operand(update.gradient)
      for block in changed + [gradient] {
        let address = block.place?.address ?? 0
        words += [UInt32(truncatingIfNeeded: address), UInt32(address >> 32)]
      }
      let factors = AdamFactors(update.settings)
      words += [UInt32(groups), UInt32(update.parameter.count)]
      words += [
        factors.beta1, factors.rest1, factors.beta2, factors.rest2, factors.kept, factors.stepSize, factors.secondScale,
        factors.epsilon,
      ].map(\.bitPattern)
      accesses += changed.map { .updates($0) } + [.reads(gradient)]
      groups += (update.parameter.count + Self.valuesPerGroup - 1) / Self.valuesPerGroup
    }
    run(
      .adam, [.reads(sent(words))], parameters: [groups, updates.count], groups: .covering(groups, perGroup: 1),
      touching: accesses)
  }
}
