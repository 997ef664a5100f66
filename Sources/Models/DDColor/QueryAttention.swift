import Foundation
import Layers
import Tensors

/// Attention of several heads (Vaswani et al. 2017), added to the queries and normalised. Places count where queries and keys
/// are compared, but not in what is taken from them.
public struct QueryAttention {
  /// To queries, keys and values, one after the other.
  public let projection: Linear
  public let output: Linear
  public let norm: LayerNorm

  static let heads = 8

  init(_ width: Int) {
    projection = Linear(width, 3 * width)
    output = Linear(width, width)
    norm = LayerNorm(width)
  }

  /// `[N, queries, width]`.
  func callAsFunction(_ queries: ColorQueries.Placed, at seen: ColorQueries.Placed) -> Tensor {
    let shape = queries.contents.shape
    let (queried, keys, values) = (
      headed(queries.contents + queries.places, part: 0), headed(seen.contents + seen.places, part: 1),
      headed(seen.contents, part: 2)
    )
    let scores = queried.matrixProduct(with: keys, transposingRight: true)
    let scale = 1 / Float(shape[2] / Self.heads).squareRoot()
    let taken = (scores * scale).softmax().matrixProduct(with: values).transposed([0, 2, 1, 3])
    let mixed = output(taken.reshaped(to: [shape[0] * shape[1], shape[2]]))
    return norm(queries.contents + mixed.reshaped(to: shape))
  }

  /// One part of the projection, `[N, heads, count, width / heads]`.
  private func headed(_ input: Tensor, part: Int) -> Tensor {
    let (batch, count, width) = (input.shape[0], input.shape[1], input.shape[2])
    let columns = part * width..<(part + 1) * width
    let rows = input.reshaped(to: [batch * count, width])
      .matrixProduct(with: projection.weight.tensor.sliced(axis: 1, range: columns))
    return (rows + projection.bias.tensor.sliced(axis: 0, range: columns))
      .reshaped(to: [batch, count, Self.heads, width / Self.heads]).transposed([0, 2, 1, 3])
  }

  static func keys(_ path: String, _ key: String, attention: String, _ width: Int) -> [TensorKey] {
    let name = "\(key).\(attention)"
    return [
      TensorKey(
        path: "\(path).projection.weight", key: "\(name).in_proj_weight", layout: .linear, shape: [3 * width, width]),
      TensorKey.vector("\(path).projection.bias", "\(name).in_proj_bias", 3 * width),
    ] + TensorKey.linear("\(path).output", "\(name).out_proj", width, width)
      + TensorKey.affine("\(path).norm", "\(key).norm", width)
  }
}

/// Where pixels are, as sines and cosines of a row and of a column, each in waves from the image's size to thousands of times
/// that (Carion et al. 2020, DETR).
enum PixelPlaces {
  /// `[H W, channels]`, the rows' before the columns'; channels are a multiple of 4.
  static func waves(of size: Size, channels: Int) -> Tensor {
    let (rows, columns) = (waves(size.height, channels / 2), waves(size.width, channels / 2))
    func spread(_ waves: Tensor, _ shape: Shape) -> Tensor {
      waves.reshaped(to: shape).broadcast(to: [size.height, size.width, channels / 2])
    }
    return concatenated(
      [
        spread(rows, [size.height, 1, channels / 2]), spread(columns, [1, size.width, channels / 2]),
      ], axis: 2
    ).reshaped(to: [size.height * size.width, channels])
  }

  private static func waves(_ count: Int, _ channels: Int) -> Tensor {
    let values = (1...count).flatMap { place in
      (0..<channels).map { channel in
        let angle = Double(place) / (Double(count) + 1e-6) * 2 * Double.pi
        let wave = angle / pow(10000, Double(channel / 2 * 2) / Double(channels))
        return Float(channel % 2 == 0 ? sin(wave) : cos(wave))
      }
    }
    return Tensor(NDArray(values, shape: [count, channels]))
  }
}
