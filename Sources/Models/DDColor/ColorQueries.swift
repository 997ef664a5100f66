import Layers
import Tensors

/// DDColor's second decoder: queries that look at features of several sizes in turn, at each other, and become colours.
public struct ColorQueries {
  /// What queries begin as, and what is added wherever one is compared: `[queries, width]`.
  public let contents: Parameter, places: Parameter
  /// Added to the features of each size: `[sizes, width]`.
  public let sizes: Parameter
  /// From the features of each size to the queries' channels.
  public let projections: [Conv2D]
  public let rounds: [Round]
  public let norm: LayerNorm
  public let colors: [Linear]

  /// - Parameters:
  ///   - features: the channels of the features of each size.
  ///   - colors: the channels of a query's colour.
  init(_ configuration: DDColor.Configuration, features: [Int], colors channels: Int) {
    let width = configuration.queryWidth
    func embedding(_ count: Int) -> Parameter { Parameter(repeating: 0, shape: [count, width], role: .weight) }
    (contents, places) = (embedding(configuration.queries), embedding(configuration.queries))
    sizes = embedding(features.count)
    projections = features.map { Conv2D($0, width, kernel: 1) }
    rounds = (0..<configuration.layers).map { _ in Round(width, hidden: configuration.hidden) }
    norm = LayerNorm(width)
    colors = [width, width, channels].map { Linear(width, $0) }
  }

  /// The colours, `[N, queries, colour's channels]`.
  func callAsFunction(_ features: [Tensor]) -> Tensor {
    let (batch, count, width) = (features[0].shape[0], contents.shape[0], contents.shape[1])
    func repeated(_ rows: Tensor) -> Tensor {
      rows.reshaped(to: [1, rows.shape[0], width]).broadcast(to: [batch, rows.shape[0], width])
    }
    let seen = zip(features, projections).enumerated().map { index, pair in
      let size = Size(height: pair.0.shape[1], width: pair.0.shape[2])
      let contents =
        pair.1(pair.0).reshaped(to: [batch, size.height * size.width, width])
        + sizes.tensor.sliced(axis: 0, range: index..<index + 1).reshaped(to: [width])
      return Placed(contents, repeated(PixelPlaces.waves(of: size, channels: width)))
    }
    let place = repeated(places.tensor)
    var x = repeated(contents.tensor)
    for (index, round) in rounds.enumerated() {
      x = round(Placed(x, place), looking: seen[index % seen.count])
    }
    x = norm(x).reshaped(to: [batch * count, width])
    x = colors[2](colors[1](colors[0](x).rectified()).rectified())
    return x.reshaped(to: [batch, count, x.shape[1]])
  }

  /// Contents and, for comparing them, places, both `[N, count, width]`.
  struct Placed {
    let contents: Tensor, places: Tensor

    init(_ contents: Tensor, _ places: Tensor) { (self.contents, self.places) = (contents, places) }
  }

  /// Queries look at features, then at each other, then a perceptron; each is added to its input and normalised.
  public struct Round {
    public let toFeatures: QueryAttention, toEachOther: QueryAttention
    public let first: Linear, second: Linear
    public let norm: LayerNorm

    init(_ width: Int, hidden: Int) {
      (toFeatures, toEachOther) = (QueryAttention(width), QueryAttention(width))
      (first, second) = (Linear(width, hidden), Linear(hidden, width))
      norm = LayerNorm(width)
    }

    func callAsFunction(_ queries: Placed, looking features: Placed) -> Tensor {
      let seen = Placed(toFeatures(queries, at: features), queries.places)
      let x = toEachOther(seen, at: seen)
      let rows = x.reshaped(to: [x.shape[0] * x.shape[1], x.shape[2]])
      return norm(x + second(first(rows).rectified()).reshaped(to: x.shape))
    }
  }
}
