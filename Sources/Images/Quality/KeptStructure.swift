import Tensors

/// How much of an image's structure its translation kept, as correlations: 1 for all, about 0 for another image.
public struct KeptStructure: Sendable, Equatable {
  /// Of the strength of edges, at 64 pixels; nil if an image has none.
  public let edges: Double?
  /// Of the lightness, at 16 pixels; nil if an image is plain.
  public let lightness: Double?

  private static let edgeSide = 64, lightnessSide = 16

  /// Images of any sizes, stretched to squares. Transparent ones are composited on white.
  public init(of output: Image, translatedFrom input: Image) {
    func correlation(_ values: (Image) -> [Double]) -> Double? { Self.correlation(values(output), values(input)) }
    edges = correlation { Self.edges(Self.lightness(of: $0, side: Self.edgeSide), side: Self.edgeSide) }
    lightness = correlation { Self.lightness(of: $0, side: Self.lightnessSide) }
  }

  init(edges: Double?, lightness: Double?) {
    (self.edges, self.lightness) = (edges, lightness)
  }

  /// The means over the images that have a correlation.
  public static func mean(of structures: [KeptStructure]) -> KeptStructure {
    func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }
    return KeptStructure(
      edges: mean(structures.compactMap(\.edges)), lightness: mean(structures.compactMap(\.lightness)))
  }

  private static func lightness(of image: Image, side: Int) -> [Double] {
    var image = image.laidOnWhite()
    image.bitDepth = .sixteen
    return image.resized(toWidth: side, height: side).lightnessArray().scalars.map { Double($0) }
  }

  /// The gradient's magnitude inside the border, by Sobel's filters.
  private static func edges(_ values: [Double], side: Int) -> [Double] {
    (1..<side - 1).flatMap { row in
      (1..<side - 1).map { column in
        func at(_ down: Int, _ right: Int) -> Double { values[(row + down) * side + column + right] }
        let across = at(-1, 1) + 2 * at(0, 1) + at(1, 1) - at(-1, -1) - 2 * at(0, -1) - at(1, -1)
        let down = at(1, -1) + 2 * at(1, 0) + at(1, 1) - at(-1, -1) - 2 * at(-1, 0) - at(-1, 1)
        return (across * across + down * down).squareRoot()
      }
    }
  }

  /// Below this variance there is only rounding.
  private static let smallestVariance = 1e-9

  /// Pearson's; nil if either does not vary.
  private static func correlation(_ first: [Double], _ second: [Double]) -> Double? {
    let count = Double(first.count)
    let (mean, otherMean) = (first.reduce(0, +) / count, second.reduce(0, +) / count)
    var (variance, otherVariance, covariance) = (0.0, 0.0, 0.0)
    for (a, b) in zip(first, second) {
      variance += (a - mean) * (a - mean)
      otherVariance += (b - otherMean) * (b - otherMean)
      covariance += (a - mean) * (b - otherMean)
    }
    guard min(variance, otherVariance) > count * smallestVariance else { return nil }
    return covariance / (variance * otherVariance).squareRoot()
  }
}
