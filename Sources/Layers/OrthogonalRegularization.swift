import Tensors

/// Orthogonal regularization (Brock et al. 2019, equation 3): the sum, over all weights, of the squared products of what leads to
/// different outputs, which lie at right angles where it is 0. Their lengths are left alone, and embeddings are left out.
public func orthogonalityPenalty(of layer: some Layer) -> Tensor {
  let weights = layer.parameters.filter { $0.role == .weight && $0.shape.rank > 1 }
  return weights.map { weight in
    let outputs = weight.shape[-1]
    let matrix = weight.tensor.reshaped(to: [weight.shape.count / outputs, outputs])
    let others = NDArray(
      (0..<outputs * outputs).map { $0 % (outputs + 1) == 0 ? 0 : 1 }, shape: [outputs, outputs])
    return (matrix.matrixProduct(with: matrix, transposingLeft: true) * Tensor(others)).squared().sum()
  }.reduce(Tensor(0), +)
}
