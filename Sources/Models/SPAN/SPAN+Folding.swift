import Layers
import Tensors

extension SPAN {
  /// The network in the folded form, with values of its own.
  public func folded() -> SPAN {
    var configuration = configuration
    configuration.form = .folded
    let folded = SPAN(configuration)
    for (plain, convolution) in zip(folded.convolutions, convolutions) {
      guard let plain = plain as? Conv2D else { continue }
      let (kernel, bias) = withoutGradients { convolution.kernelAndBias }
      plain.weight.value = kernel.value
      if let bias { plain.bias?.value = bias.value }
    }
    return folded
  }

  private var convolutions: [any KernelConvolution] {
    [first] + blocks.flatMap { [$0.first, $0.second, $0.third] } + [deep, fusion, upsampling]
  }
}
