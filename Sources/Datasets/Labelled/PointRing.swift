import Tensors

/// Points of a plane around eight places on a circle, by which one sees whether a generator leaves some out: images
/// `[N, 1, 1, 2]` of one pixel, whose channels are the coordinates.
public struct PointRing: Sendable {
  public static let places = 8
  public static let radius: Float = 1
  /// The standard deviation around a place, both ways.
  public static let deviation: Float = 0.02

  private let batchSize: Int
  private let seed: UInt64

  public init(batchSize: Int, seed: UInt64) {
    (self.batchSize, self.seed) = (batchSize, seed)
  }

  /// The batch of one training step, counted from 0.
  public func sample(step: Int) -> LabelledSample {
    let random = Random(seed: seed, purpose: "datasets.ring", step: step)
    let values = (0..<batchSize).flatMap { point -> [Float] in
      let center = Self.center(random.integer(in: 0..<Self.places, at: 4 * point))
      return [
        center.x + Self.deviation * random.normal(at: 4 * point + 1),
        center.y + Self.deviation * random.normal(at: 4 * point + 2),
      ]
    }
    return LabelledSample(images: NDArray(values, shape: [batchSize, 1, 1, 2]))
  }

  static func center(_ place: Int) -> (x: Float, y: Float) { centers[place] }

  private static let centers: [(x: Float, y: Float)] = {
    let half = Float(0.5).squareRoot()
    return [(1, 0), (half, half), (0, 1), (-half, half), (-1, 0), (-half, -half), (0, -1), (half, -half)].map {
      (x: radius * $0.0, y: radius * $0.1)
    }
  }()

  /// How many of the places have at least a fiftieth of a fair share of the points, within four deviations, and the
  /// share of points that lie so near any of them.
  ///
  /// - Parameter points: `[N, 1, 1, 2]`.
  public static func coverage(of points: NDArray) -> (places: Int, near: Double) {
    let (values, count) = (points.scalars, points.shape[0])
    var found = Array(repeating: 0, count: places)
    for point in 0..<count {
      let (x, y) = (values[2 * point], values[2 * point + 1])
      for (place, center) in centers.enumerated() {
        let (dx, dy) = (x - center.x, y - center.y)
        if dx * dx + dy * dy <= 16 * deviation * deviation { found[place] += 1 }
      }
    }
    let least = max(1, Int((Double(count) / Double(places) / 50).rounded(.up)))
    return (found.count { $0 >= least }, Double(found.reduce(0, +)) / Double(count))
  }
}
