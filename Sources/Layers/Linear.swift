import Tensors

/// `[N, inputFeatures] -> [N, outputFeatures]`.
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
    input.matrixProduct(with: weight.tensor) + bias.tensor
  }
}
