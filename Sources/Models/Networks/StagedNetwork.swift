import Layers
import Tensors

/// A part of a network that is a chain.
package enum Stage {
  case convolution(ConvolutionStage)
  case residual(ResidualBlock)

  package func callAsFunction(_ input: Tensor) -> Tensor {
    switch self {
    case .convolution(let stage): stage(input)
    case .residual(let block): block(input)
    }
  }
}

/// A network that is a chain of stages, so that whoever lacks the memory for a whole image can go through them strip by
/// strip.
package protocol StagedNetwork: TranslationNetwork {
  /// What the network does outside of training; nil where stages alone do not say it: where dropout is on, or batch norm
  /// goes by the image.
  var stagesAtTest: [Stage]? { get }
}
