import Layers

extension UNetGenerator {
  /// The names in pytorch-CycleGAN-and-pix2pix's files, where each step is a list of modules that contains the next
  /// inner step: a rectifier (except in the outermost step), a convolution, its norm, the inner step, a rectifier, a
  /// transposed convolution and its norm.
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    let norm = configuration.norm
    return configuration.steps.enumerated().flatMap { index, step in
      let modules = Modules(step, number: index + 1)
      var keys = TensorKey.convolution(
        "encoder.\(index).convolution", modules.convolution, step.outerInputs, step.inner, kernel: 4,
        hasBias: norm.leavesBiasToConvolution)
      if step.hasEncoderNorm {
        keys += TensorKey.norm("encoder.\(index).norm", modules.encoderNorm, norm, step.inner)
      }
      keys += TensorKey.convolution(
        "decoder.\(index).transposed", modules.transposed, step.doublingInputs, step.outerOutputs, kernel: 4,
        layout: .transposedConvolution, hasBias: step.isOutermost || norm.leavesBiasToConvolution)
      if step.hasDecoderNorm {
        keys += TensorKey.norm("decoder.\(index).norm", modules.decoderNorm, norm, step.outerOutputs)
      }
      return keys
    }
  }

  /// The names of a step's modules.
  private struct Modules {
    let convolution: String, encoderNorm: String, transposed: String, decoderNorm: String

    init(_ step: Step, number: Int) {
      let list = UNetGenerator.moduleList(ofStep: number)
      convolution = "\(list).\(step.isOutermost ? 0 : 1)"
      encoderNorm = "\(list).2"
      transposed = "\(list).\(step.isOutermost || step.isInnermost ? 3 : 5)"
      decoderNorm = "\(list).\(step.isInnermost ? 4 : 6)"
    }
  }

  /// The name of a step's list of modules. Steps are counted from 1, the outermost: `model.model`,
  /// `model.model.1.model`, `model.model.1.model.3.model` and so on.
  static func moduleList(ofStep number: Int) -> String {
    "model.model" + (number > 1 ? ".1.model" : "") + String(repeating: ".3.model", count: max(0, number - 2))
  }
}
