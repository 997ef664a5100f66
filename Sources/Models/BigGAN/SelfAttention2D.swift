import Layers
import Tensors

/// Attention of every pixel to all others (Zhang et al. 2019, SAGAN), which are seen at half the size; what it finds is added in a
/// proportion that is learnt and begins at 0.
public struct SelfAttention2D: Layer {
  public let query: SpectralConvolution
  public let key: SpectralConvolution
  public let value: SpectralConvolution
  public let output: SpectralConvolution
  /// One value.
  public let share: Parameter

  init(_ channels: Int) {
    func convolution(_ inputs: Int, _ outputs: Int) -> SpectralConvolution {
      SpectralConvolution(inputs, outputs, kernel: 1, hasBias: false)
    }
    query = convolution(channels, max(1, channels / 8))
    key = convolution(channels, max(1, channels / 8))
    value = convolution(channels, max(1, channels / 2))
    output = convolution(max(1, channels / 2), channels)
    share = Parameter(repeating: 0, shape: [], role: .bias)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let (count, height, width) = (input.shape[0], input.shape[1], input.shape[2])
    func rows(_ map: Tensor) -> Tensor {
      map.reshaped(to: [count, map.shape[1] * map.shape[2], map.shape[3]])
    }
    let queries = rows(query(input))
    let keys = rows(key(input).maximumPooled(window: 2))
    let values = rows(value(input).maximumPooled(window: 2))
    let scores = queries.matrixProduct(with: keys, transposingRight: true).softmax()
    let found = scores.matrixProduct(with: values).reshaped(to: [count, height, width, values.shape[2]])
    return output(found) * share.tensor + input
  }
}
