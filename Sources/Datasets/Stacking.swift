import Tensors

extension NDArray {
  /// `[1, H, W, C]` arrays of one shape as one of `[N, H, W, C]`.
  init(stacking arrays: [NDArray]) {
    let one = arrays[0].shape
    var values: [Float] = []
    values.reserveCapacity(arrays.count * one.count)
    for array in arrays {
      precondition(array.shape == one, "arrays of shapes \(one) and \(array.shape) do not stack")
      array.withHostMemory { values += $0 }
    }
    self.init(values, shape: Shape([arrays.count] + one.dimensions.dropFirst()))
  }
}
