import Layers
import Tensors

/// What attention adds to the score of two pixels of a window, learnt for each head and each distance between them (Liu et
/// al. 2021, Swin).
public struct RelativePositionBias {
  /// `[distances, heads]`, those along rows before those along columns.
  public let table: Parameter
  private let places: RelativePlaces

  init(heads: Int, _ places: RelativePlaces) {
    table = Parameter(repeating: 0, shape: [places.count, heads], role: .weight)
    self.places = places
  }

  /// `[heads, queries, keys]`.
  var tensor: Tensor { places.biases(of: table.tensor) }
}

/// Where the distance between a query and a key of a window stands in a table of all distances.
public struct RelativePlaces: Hashable, Sendable {
  /// The number of distances.
  let count: Int
  /// The pixels of a query window and of a key window.
  package let queries: Int, keys: Int
  /// For each query and, within that, each key.
  package let places: [Int]

  /// Among the pixels of a window.
  init(window: Size) {
    self.init(span: Size(height: 2 * window.height - 1, width: 2 * window.width - 1), queries: window, keys: window) {
      query, key, size in query - key + size - 1
    }
  }

  /// From a window's pixels to those of a larger one around it. HAT counts these distances from the keys to the queries, and
  /// as its places are made, some are negative, which in PyTorch count from the table's end.
  init(window: Int, around overlap: Int) {
    self.init(span: Size(window + overlap - 1), queries: Size(window), keys: Size(overlap)) { query, key, _ in
      key - query + window - overlap + 1
    }
  }

  /// From a window's pixels to its squares of some pixels, measured between squares.
  init(window: Int, ofSquares side: Int) {
    let squares = window / side
    self.init(span: Size(2 * squares - 1), queries: Size(window), keys: Size(squares)) { query, key, _ in
      query / side - key + squares - 1
    }
  }

  private init(span: Size, queries: Size, keys: Size, distance: (_ query: Int, _ key: Int, _ size: Int) -> Int) {
    let count = span.height * span.width
    (self.count, self.queries, self.keys) = (count, queries.height * queries.width, keys.height * keys.width)
    places = (0..<queries.height * queries.width).flatMap { query in
      (0..<keys.height * keys.width).map { key in
        let row = distance(query / queries.width, key / keys.width, queries.height)
        let column = distance(query % queries.width, key % keys.width, queries.width)
        return (row * span.width + column + count) % count
      }
    }
  }

  /// All distances between two pixels of a window, in the table's order: `[distances, 2]`, along rows and columns.
  package static func distances(within window: Size) -> NDArray {
    let distances = (1 - window.height..<window.height).flatMap { row in
      (1 - window.width..<window.width).flatMap { [Float(row), Float($0)] }
    }
    return NDArray(distances, shape: [distances.count / 2, 2])
  }

  /// As PyTorch's files hold the places: `[queries, keys]`.
  var index: NDArray { NDArray(places.map { Float($0) }, shape: [queries, keys]) }

  /// `[heads, queries, keys]`, of a table `[distances, heads]`.
  func biases(of table: Tensor) -> Tensor {
    let heads = table.shape[1]
    return table.reshaped(to: [1, count, 1, heads]).gathered(rows: places, columns: [0])
      .reshaped(to: [queries, keys, heads]).transposed([2, 0, 1])
  }
}
