import Tensors

/// Tells a discriminator how near to an image the others of its batch are, so that it notices a generator that makes the same
/// ones again and again (Salimans et al. 2016): `[N, inputFeatures] -> [N, inputFeatures + kernels]`.
///
/// Each kernel sees an image as `dimensions` numbers. What it adds is the sum over the batch's other images of exp(-d), where d
/// is the sum of the absolute differences between their numbers and the image's.
public struct MinibatchDiscrimination: Layer {
  /// `[inputFeatures, kernels dimensions]`, zero until initialised.
  public let weight: Parameter
  private let kernels: Int

  public init(_ inputFeatures: Int, kernels: Int, dimensions: Int) {
    weight = Parameter(repeating: 0, shape: [inputFeatures, kernels * dimensions], role: .weight)
    self.kernels = kernels
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let (count, dimensions) = (input.shape[0], weight.shape[1] / kernels)
    let seen = input.matrixProduct(with: weight.tensor)
    let differences =
      seen.reshaped(to: [count, 1, kernels, dimensions]) - seen.reshaped(to: [1, count, kernels, dimensions])
    let nearness = (-differences.absoluteValue().sum(axes: [3])).exp()
    // An image is at no distance from itself.
    return concatenated([input, nearness.sum(axes: [1]) - 1], axis: 1)
  }
}
