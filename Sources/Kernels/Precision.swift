/// How exactly inference computes. Sums, norms and everything between convolutions are float32 in either case.
public enum Precision: String, Sendable, CaseIterable {
  case float32
  /// Convolutions multiply bfloat16 numbers, with eight bits of precision, where that is faster: all but those that
  /// Winograd's filtering computes with a quarter of the multiplications, which is more than bfloat16 saves.
  case bfloat16 = "bf16"

  /// Why this processor cannot do it, if so.
  public var obstacle: String? {
    guard self == .bfloat16 else { return nil }
    let kernels = InstructionSet.kernels
    if kernels.multipliesPairs, Processor.hasPairProducts { return nil }
    return "bf16 needs a processor with AVX-512 BF16"
      + (kernels.multipliesPairs ? "" : ", and the instruction set in use is \(kernels.name)")
  }
}
