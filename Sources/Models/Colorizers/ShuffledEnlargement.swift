import Layers
import Tensors

/// fastai's enlargement: a 1x1 convolution, rectified, a pixel shuffle, and means of 2x2 pixels against the grid that it
/// leaves.
///
/// `[N, H, W, inputChannels] -> [N, factor H, factor W, outputChannels]`.
public struct ShuffledEnlargement: Layer {
  public let convolution: Conv2D
  public let norm: BatchNorm2D?
  private let factor: Int

  init(_ inputChannels: Int, _ outputChannels: Int, factor: Int = 2, hasNorm: Bool) {
    convolution = Conv2D(
      inputChannels, outputChannels * factor * factor, kernel: 1, hasBias: !hasNorm, shuffle: factor)
    norm = hasNorm ? BatchNorm2D(outputChannels * factor * factor) : nil
    self.factor = factor
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { rectified(input).pixelShuffled(by: factor).blurred }

  /// Before the pixel shuffle, `[N, H, W, outputChannels factor^2]`.
  private func rectified(_ input: Tensor) -> Tensor { convolution(input, then: norm).rectified() }

  /// A product with each pixel of the enlarged image, `[N, factor H, factor W, colors]`.
  ///
  /// It is made before the pixel shuffle and the means, which only move and mix pixels, so that these have few channels.
  ///
  /// - Parameter weights: for each image, `[outputChannels, colors]`.
  func callAsFunction(_ input: Tensor, times weights: [Tensor]) -> Tensor {
    let places = factor * factor
    let apart = Tensor(
      NDArray((0..<places * places).map { $0 % (places + 1) == 0 ? 1 : 0 }, shape: [1, places, 1, places]))
    let products = zip(rectified(input).singleImages, weights).map { pixels, weights in
      let (channels, colors) = (weights.shape[0], weights.shape[1])
      let kernel = weights.reshaped(to: [channels, 1, colors, 1]) * apart
      return pixels.convolved(with: kernel.reshaped(to: [1, 1, channels * places, colors * places]))
    }
    return Tensor(batchOf: products).pixelShuffled(by: factor).blurred
  }

  static func keys(
    _ path: String, _ key: String, _ inputChannels: Int, _ outputChannels: Int, factor: Int = 2, hasNorm: Bool
  ) -> [TensorKey] {
    let channels = outputChannels * factor * factor
    return TensorKey.convolution(
      "\(path).convolution", "\(key).conv.0", inputChannels, channels, kernel: 1, hasBias: !hasNorm)
      + (hasNorm ? TensorKey.norm("\(path).norm", "\(key).conv.1", .batch, channels) : [])
  }
}

extension Tensor {
  /// Each pixel's mean with its neighbours above and to the left, where borders are repeated.
  var blurred: Tensor { padded(Padding(top: 1, left: 1), mode: .replication).averagePooled(window: 2, stride: 1) }
}
