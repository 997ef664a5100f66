import Tensors

/// PatchNCE (Park et al. 2020): each query should be more like the key of its own place than like the keys of the other
/// places in the same image. The mean cross-entropy of telling which key is a query's own.
///
/// - Parameters:
///   - queries: `[N, P, C]`, of length 1 along the last axis: features of the translations.
///   - keys: the same places of the sources, of the same shape and as constants.
///   - temperature: what the similarities are divided by.
public func patchContrast(_ queries: Tensor, keys: Tensor, temperature: Float) -> Tensor {
  let (images, places) = (queries.shape[0], queries.shape[1])
  let similarities = queries.matrixProduct(with: keys, transposingRight: true) * (1 / temperature)
  let own = (0..<images * places * places).map { $0 % (places * places) % (places + 1) == 0 ? 1 : 0 as Float }
  return crossEntropy(
    logits: similarities, targets: Tensor(NDArray(own, shape: [images, places, places])))
}

/// A layer of two, with a rectifier between them, that brings features into the space in which they are compared, and to
/// length 1 (Park et al. 2020, after Chen et al. 2020): `[N, P, inputFeatures] -> [N, P, features]`.
public struct PatchProjection: Layer {
  public let first: Linear
  public let second: Linear

  public init(_ inputFeatures: Int, _ features: Int) {
    first = Linear(inputFeatures, features)
    second = Linear(features, features)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let (images, places) = (input.shape[0], input.shape[1])
    let rows = input.reshaped(to: [images * places, input.shape[2]])
    let projected = second(first(rows).rectified())
    let length = (projected.squared().sum(axes: [1], keepingDimensions: true) + Self.leastSquare).squareRoot()
    return (projected / length).reshaped(to: [images, places, projected.shape[1]])
  }

  /// Keeps features of length 0, where a square root has no slope, from being divided by 0.
  private static let leastSquare: Float = 1e-14
}

extension Tensor {
  /// The values of `[N, H, W, C]` at places that are counted row by row, `[N, places.count, C]`.
  public func sampled(at places: [Int]) -> Tensor {
    reshaped(to: [shape[0], shape[1] * shape[2], 1, shape[3]]).gathered(rows: places, columns: [0])
      .reshaped(to: [shape[0], places.count, shape[3]])
  }
}
