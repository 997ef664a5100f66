import Tensors

extension NDArray {
  /// Stacks `[1, H, W, C]` arrays of one shape into `[N, H, W, C]`. Throws `DatasetError` if there are none or their
  /// shapes differ.
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
