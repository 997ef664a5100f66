import Tensors

/// `[N, inputFeatures] -> [N, outputFeatures]`, or the same of each pixel, `[N, H, W, inputFeatures] -> [N, H, W, outputFeatures]`.
public struct Linear: Layer {
  /// `[inputFeatures, outputFeatures]`, zero until initialised.
  public let weight: Parameter
  /// `[outputFeatures]`.
  public let bias: Parameter

  public init(_ inputFeatures: Int, _ outputFeatures: Int) {
    weight = Parameter(repeating: 0, shape: [inputFeatures, outputFeatures], role: .weight)
    bias = Parameter(repeating: 0, shape: [outputFeatures], role: .bias)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    if input.shape.rank < 4 { return input.matrixProduct(with: weight.tensor) + bias.tensor }
    let kernel = weight.tensor.reshaped(to: [1, 1, weight.shape[0], weight.shape[1]])
    return input.convolved(with: kernel, bias: bias.tensor)
  }
}
