import Tensors

/// Orthogonal regularization (Brock et al. 2019, equation 3): the sum, over all weights, of the squared products of what leads to
/// different outputs, which lie at right angles where it is 0. Their lengths are left alone, and embeddings are left out.
public func orthogonalityPenalty(of layer: some Layer) -> Tensor {
  let weights = layer.parameters.filter { $0.role == .weight && $0.shape.rank > 1 }
  return weights.map { weight in
    let outputs = weight.shape[-1]
    let inputs = weight.shape.count / outputs
    let matrix = weight.tensor.reshaped(to: [inputs, outputs])
    // All products of columns have the same sum of squares as those of rows, of which there may be far fewer. The columns' own
    // are taken off.
    let products =
      outputs <= inputs
      ? matrix.matrixProduct(with: matrix, transposingLeft: true)
      : matrix.matrixProduct(with: matrix, transposingRight: true)
    return products.squared().sum() - matrix.squared().sum(axes: [0]).squared().sum()
  }.reduce(Tensor(0), +)
}
