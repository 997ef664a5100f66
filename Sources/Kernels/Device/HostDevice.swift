/// The host's processor and memory.
package final class HostDevice: Device {
  package static let shared = HostDevice()

  private init() {}

  package func obstacle(to precision: OperandPrecision) -> String? {
    switch precision {
    case .float32: return nil
    case .float16: return "float16 needs a GPU with matrix units"
    case .bfloat16:
      let kernels = InstructionSet.kernels
      if kernels.multipliesPairs, Processor.hasPairProducts { return nil }
      return "bf16 needs a processor with AVX-512 BF16"
        + (kernels.multipliesPairs ? "" : ", and the instruction set in use is \(kernels.name)")
    }
  }

  /// Whether matrix products use OpenBLAS; if not, they use the convolutions' own product, which is slower.
  package static var hasOpenBLAS: Bool { OpenBLAS.singleMatrixProduct != nil }

  /// A new buffer of `count` values, all of which `body` must write.
  func output(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) -> Buffer {
    let memory = HostMemory(count: count)
    body(memory.pointer)
    return Buffer(memory)
  }
}

extension HostDevice {
  package func upload(_ values: UnsafeBufferPointer<Float>) -> any DeviceBlock {
    let memory = HostMemory(count: values.count)
    if let first = values.baseAddress { memory.pointer.update(from: first, count: values.count) }
    return memory
  }

  package func filled(with value: Float, count: Int) -> Buffer {
    output(count) { $0.update(repeating: value, count: count) }
  }

  package func copy(of values: Buffer) -> Buffer {
    output(values.count) { $0.update(from: values.pointer, count: values.count) }
  }
}

extension HostMemory: DeviceBlock {
  package var device: any Device { HostDevice.shared }

  package func download(into values: UnsafeMutableBufferPointer<Float>) {
    values.baseAddress?.update(from: pointer, count: count)
  }
}
