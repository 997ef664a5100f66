import Layers
import Tensors

/// Attention among all pixels of an image, added to it in a learnt share (Zhang et al. 2018, SAGAN).
public struct PixelAttention: Layer {
  /// `[1, channels, channels / 8]`, of which each pixel's place and what it looks for are made.
  public let keys: Parameter, queries: Parameter
  /// `[1, channels, channels]`.
  public let values: Parameter
  /// `[1]`.
  public let share: Parameter

  /// The most scores that are in memory at once outside training, 64 MiB.
  private static let mostScores = 1 << 24

  init(_ channels: Int) {
    func projection(_ outputs: Int) -> Parameter {
      Parameter(repeating: 0, shape: [1, channels, outputs], role: .weight)
    }
    (keys, queries, values) = (projection(channels / 8), projection(channels / 8), projection(channels))
    share = Parameter(repeating: 0, shape: [1], role: .scale)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    Tensor(batchOf: input.singleImages.map(attended)) * share.tensor + input
  }

  /// One image at a time, since its scores take the square of its memory.
  private func attended(_ image: Tensor) -> Tensor {
    let count = image.shape[1] * image.shape[2]
    let pixels = image.reshaped(to: [1, count, image.shape[3]])
    let (keys, queries, values) = (
      pixels.matrixProduct(with: keys.tensor), pixels.matrixProduct(with: queries.tensor),
      pixels.matrixProduct(with: values.tensor)
    )
    let part = max(1, Self.mostScores / count)
    let parts = stride(from: 0, to: count, by: part).map { first in
      queries.sliced(axis: 1, range: first..<min(first + part, count))
        .matrixProduct(with: keys, transposingRight: true).softmax().matrixProduct(with: values)
    }
    return (parts.count == 1 ? parts[0] : concatenated(parts, axis: 1)).reshaped(to: image.shape)
  }

  static func tensorKeys(_ path: String, _ key: String, _ channels: Int) -> [TensorKey] {
    // The files' queries are what softmax goes over, which is what a pixel's scores are of.
    [("keys", "query", channels / 8), ("queries", "key", channels / 8), ("values", "value", channels)].map {
      TensorKey(
        path: "\(path).\($0)", key: "\(key).\($1).weight", layout: .sequenceConvolution, shape: [$2, channels, 1])
    } + [TensorKey.vector("\(path).share", "\(key).gamma", 1)]
  }
}
