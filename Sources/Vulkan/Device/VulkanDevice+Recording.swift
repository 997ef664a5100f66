import Kernels

/// Computations that are repeated.
extension VulkanDevice: RepeatingDevice {
  package func recording(
    inputs: [Buffer], constants: [Buffer], _ body: ([Buffer]) -> [Buffer]
  ) -> (results: [Buffer], recording: (any DeviceRecording)?) {
    let fixed = inputs.map { copy(of: $0) }
    let constants = constants.map { stored($0) }
    beginRecording()
    let outputs = body(fixed).map { stored($0) }
    forgetDerived(outputs)
    let recording = endRecording(inputs: fixed.map { stored($0) }, outputs: outputs, constants: constants)
    return (outputs.map { copied($0) }, recording)
  }

  func isValid(_ recording: VulkanRecording, _ constants: [Buffer]) -> Bool {
    kept(of: recording) != nil && constants.count == recording.constants.count
      && zip(constants, recording.constants).allSatisfy { stored($0) === $1 }
  }

  func results(of recording: VulkanRecording, _ inputs: [Buffer]) -> [Buffer]? {
    // Sending inputs may take the recording's memory.
    let inputs = inputs.map { operand($0) }
    guard let kept = kept(of: recording) else { return nil }
    for (values, target) in zip(inputs, kept.inputs) { copy(values, to: target) }
    submit(recording)
    forgetDerived(kept.outputs)
    return kept.outputs.map { copied($0) }
  }

  private func forgetDerived(_ blocks: [VulkanBlock]) {
    for block in blocks { block.derived.withLock { $0 = VulkanBlock.Derived() } }
  }

  private func copied(_ block: VulkanBlock) -> Buffer {
    let values = words(block), result = self.block(block.count)
    copy(values, to: result)
    return Buffer(result, count: block.count)
  }
}
