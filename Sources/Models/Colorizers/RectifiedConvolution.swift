import Layers
import Tensors

/// A 3x3 convolution, rectified, then a norm: fastai's order.
public struct RectifiedConvolution: Layer {
  public let convolution: Conv2D
  public let norm: BatchNorm2D

  init(_ inputChannels: Int, _ outputChannels: Int) {
    convolution = Conv2D(inputChannels, outputChannels, kernel: 3, padding: 1, hasBias: false)
    norm = BatchNorm2D(outputChannels)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { norm(convolution(input).rectified()) }

  static func keys(_ path: String, _ key: String, _ inputChannels: Int, _ outputChannels: Int) -> [TensorKey] {
    TensorKey.convolution("\(path).convolution", "\(key).0", inputChannels, outputChannels, hasBias: false)
      + TensorKey.norm("\(path).norm", "\(key).2", .batch, outputChannels)
  }
}
