import Layers
import Models
import Tensors

/// Weights that need no file: a formula of their place, as in `scripts/golden/encoders.py`.
public enum WeightFormula {
  /// Values in -1...1 for the tensor of that number among the sorted keys, in the file's layout.
  private static func values(_ number: Int, count: Int) -> [Float] {
    (0..<count).map { index in
      var bits = UInt32(index) &+ UInt32(number) &* 0x9E37_79B9
      bits = (bits ^ (bits >> 16)) &* 0x7FEB_352D
      bits = (bits ^ (bits >> 15)) &* 0x846C_A68B
      bits ^= bits >> 16
      return (2 * Float(bits >> 22) - 1023) / 1024
    }
  }

  private static func tensors(_ keys: [TensorKey], _ values: (Int, TensorKey) -> [Float]) -> [String: NDArray] {
    let sorted = keys.sorted { $0.key < $1.key }.enumerated()
    return Dictionary(uniqueKeysWithValues: sorted.map { ($1.key, NDArray(values($0, $1), shape: $1.shape)) })
  }

  public static func fill(_ network: some Layer, keys: [TensorKey]) throws {
    let state = tensors(keys) { number, key in
      let values = values(number, count: key.shape.count)
      if key.shape.rank > 1 {
        let inputs = Float(key.shape.dimensions.dropFirst().reduce(1, *))
        var scale: Float = 1
        while scale * scale * inputs > 12 { scale /= 2 }
        return values.map { $0 * scale }
      }
      return key.key.hasSuffix("weight") || key.key.hasSuffix("running_var")
        ? values.map { 1 + $0 / 2 } : values.map { $0 / 4 }
    }
    try network.load(pyTorch: state, keys: keys)
  }

  /// Other values, which gradients or changes are multiplied with, for a number that tells of the whole tensor.
  public static func directions(keys: [TensorKey]) -> [String: NDArray] {
    tensors(keys) { number, key in values(number + 1000, count: key.shape.count) }
  }
}
