import Layers
import Models
import Tensors

/// A tensor of a network: stored as it is, or as the parts from which PyTorch computes it.
enum NetworkTensor {
  case stored(StoredTensor)
  /// Spectral norm: the weight is divided by u' W v, an estimate of its largest singular value.
  case spectral(weight: StoredTensor, u: StoredTensor, v: StoredTensor)
  /// Weight norm: directions, each brought to a length, over all axes but those along which lengths differ.
  case directed(directions: StoredTensor, lengths: StoredTensor)

  /// In the file's layout.
  var shape: Shape { stored.shape }

  /// The tensor that messages name.
  var stored: StoredTensor {
    switch self {
    case .stored(let tensor): tensor
    case .spectral(let weight, _, _): weight
    case .directed(let directions, _): directions
    }
  }

  /// The values in the file's layout.
  ///
  /// - Parameter layout: which axis is the output's, with whose matrix a spectral norm is taken.
  func array(in file: TensorFile, layout: TensorKey.Layout) -> NDArray {
    switch self {
    case .stored(let tensor): return file.array(of: tensor)
    case .spectral(let weight, let u, let v):
      let values = Tensor(file.array(of: weight))
      let rank = values.shape.rank
      let axes = layout == .transposedConvolution ? [1, 0] + (2..<rank) : Array(0..<rank)
      let matrix = withoutGradients {
        values.transposed(axes).reshaped(to: [u.shape.count, values.shape.count / u.shape.count])
      }
      return withoutGradients {
        let product = matrix.matrixProduct(with: Tensor(file.array(of: v)).reshaped(to: [v.shape.count, 1]))
        let sigma = (product * Tensor(file.array(of: u)).reshaped(to: [u.shape.count, 1])).sum()
        return (values / sigma).value
      }
    case .directed(let directions, let lengths):
      let values = Tensor(file.array(of: directions))
      let rows = lengths.shape.count
      return withoutGradients {
        let matrix = values.reshaped(to: [rows, values.shape.count / rows])
        let ones = Tensor(NDArray(repeating: 1, shape: [matrix.shape[1], 1]))
        let own = matrix.squared().matrixProduct(with: ones).squareRoot()
        let factors = Tensor(file.array(of: lengths)).reshaped(to: [rows, 1]) / own
        return (matrix * factors).reshaped(to: values.shape).value
      }
    }
  }
}
