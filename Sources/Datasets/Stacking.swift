import Tensors

extension NDArray {
  /// `[1, H, W, C]` arrays of one shape as one of `[N, H, W, C]`. Throws `DatasetError` where there are none, or of several
  /// shapes.
  init(stacking arrays: [NDArray]) throws(DatasetError) {
    guard let one = arrays.first?.shape, one.rank > 0, arrays.allSatisfy({ $0.shape == one }) else {
      throw DatasetError.cannotStack(shapes: arrays.map { "\($0.shape)" })
    }
    var values: [Float] = []
    values.reserveCapacity(arrays.count * one.count)
    for array in arrays { array.withHostMemory { values += $0 } }
    self.init(values, shape: Shape([arrays.count] + one.dimensions.dropFirst()))
  }
}
