import Layers
import Tensors

/// Convolutions with rectifiers, then a norm: what the colorizers of Zhang et al. (2016, 2017) are made of.
public struct ConvolutionRun: Layer {
  public let convolutions: [Conv2D]
  public let norm: BatchNorm2D

  /// - Parameter stride: of the last convolution.
  init(_ inputChannels: Int, _ outputChannels: Int, count: Int, stride: Int = 1, dilation: Int = 1) {
    convolutions = (0..<count).map { index in
      Conv2D(
        index == 0 ? inputChannels : outputChannels, outputChannels, kernel: 3, stride: index == count - 1 ? stride : 1,
        padding: dilation, dilation: dilation)
    }
    norm = BatchNorm2D(outputChannels)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    norm(convolutions.reduce(input) { $1($0).rectified() })
  }

  /// - Parameter first: the number of the first convolution in the files' list of modules, in which rectifiers count.
  static func keys(
    _ path: String, _ key: String, _ inputChannels: Int, _ outputChannels: Int, count: Int, first: Int = 0
  ) -> [TensorKey] {
    (0..<count).flatMap { index in
      TensorKey.convolution(
        "\(path).convolutions.\(index)", "\(key).\(first + 2 * index)", index == 0 ? inputChannels : outputChannels,
        outputChannels)
    } + TensorKey.norm("\(path).norm", "\(key).\(first + 2 * count)", .batch, outputChannels)
  }
}
