import Foundation

/// How `Image.resized` weights the pixels around a position.
public enum ResamplingFilter: String, Codable, Sendable, CaseIterable {
  case box
  case bilinear
  /// Keys' cubic with a = -0.5.
  case bicubic
  case lanczos

  /// The filter's radius, in pixels of the smaller image.
  package var support: Double {
    switch self {
    case .box: 0.5
    case .bilinear: 1
    case .bicubic: 2
    case .lanczos: 3
    }
  }

  /// - Parameter a: the bicubic filter's parameter, its slope at a distance of 1.
  func weight(at x: Double, cubic a: Double = -0.5) -> Double {
    let distance = abs(x)
    switch self {
    case .box:
      return x > -0.5 && x <= 0.5 ? 1 : 0
    case .bilinear:
      return max(0, 1 - distance)
    case .bicubic:
      if distance < 1 { return ((a + 2) * distance - (a + 3)) * distance * distance + 1 }
      return distance < 2 ? (((distance - 5) * distance + 8) * distance - 4) * a : 0
    case .lanczos:
      return distance < 3 ? Self.sinc(x) * Self.sinc(x / 3) : 0
    }
  }

  private static func sinc(_ x: Double) -> Double {
    x == 0 ? 1 : sin(.pi * x) / (.pi * x)
  }
}

/// The library whose results `Image.resized` reproduces.
public enum ResamplingConvention: Sendable {
  /// Pillow's `Image.resize`: pixels outside the image are ignored, and with 8 bits each pass rounds.
  case pillow
  /// MATLAB's `imresize`, in the version that made the standard low-resolution test images of super-resolution, which
  /// it reproduces exactly: border pixels are repeated outside the image (newer versions mirror it, which changes the
  /// outermost two pixels), and with 8 bits each pass rounds.
  case matlab
  /// PyTorch's `interpolate`: border pixels are repeated outside the image; shrinking is not antialiased, except that
  /// `box` averages all pixels (its "area"); Keys' cubic has a = -0.75.
  case pytorch
}

/// For every new position along one axis: the range of old positions that it sums, and their weights.
struct ResamplingWeights {
  /// The length of the longest range; `weights` has this many values for every position.
  let stride: Int
  let starts: [Int]
  let counts: [Int]
  let weights: [Float]

  /// Shrinking widens the filter by the same factor, so that every old pixel contributes (antialiasing).
  init(from oldSize: Int, to newSize: Int, filter: ResamplingFilter, convention: ResamplingConvention) {
    switch convention {
    case .pillow: self.init(from: 0..<oldSize, of: oldSize, to: newSize, filter: filter)
    case .matlab: self.init(extendingFrom: oldSize, to: newSize, filter: filter, isAntialiased: true, cubic: -0.5)
    case .pytorch where filter == .box: self.init(averagingFrom: oldSize, to: newSize)
    case .pytorch: self.init(extendingFrom: oldSize, to: newSize, filter: filter, isAntialiased: false, cubic: -0.75)
    }
  }

  /// The weights for some of the new positions, of an axis that begins at the old position `first`.
  func limited(to positions: Range<Int>, of first: Int) -> ResamplingWeights {
    ResamplingWeights(
      stride: stride, starts: starts[positions].map { $0 - first }, counts: Array(counts[positions]),
      weights: Array(weights[positions.lowerBound * stride..<positions.upperBound * stride]))
  }

  private init(stride: Int, starts: [Int], counts: [Int], weights: [Float]) {
    (self.stride, self.starts, self.counts, self.weights) = (stride, starts, counts, weights)
  }

  /// As Pillow does. The new positions share out a part of the old ones; near its ends, those beyond it count, too.
  init(from part: Range<Int>, of oldSize: Int, to newSize: Int, filter: ResamplingFilter) {
    let scale = Double(part.count) / Double(newSize)
    let filterScale = max(scale, 1)
    let support = filter.support * filterScale
    let stride = Int(support.rounded(.up)) * 2 + 1
    var (starts, counts) = ([Int](), [Int]())
    var weights = [Float](repeating: 0, count: newSize * stride)
    for position in 0..<newSize {
      let center = Double(part.lowerBound) + (Double(position) + 0.5) * scale
      let start = max(0, Int(center - support + 0.5))
      let count = min(oldSize, Int(center + support + 0.5)) - start
      let run = (0..<count).map { filter.weight(at: (Double($0 + start) - center + 0.5) / filterScale) }
      let sum = run.reduce(0, +)
      for (i, weight) in run.enumerated() { weights[position * stride + i] = Float(sum == 0 ? weight : weight / sum) }
      starts.append(start)
      counts.append(count)
    }
    self.stride = stride
    self.starts = starts
    self.counts = counts
    self.weights = weights
  }

  /// Border pixels are repeated outside the image: the weights of positions out there are added to the border pixel's.
  private init(
    extendingFrom oldSize: Int, to newSize: Int, filter: ResamplingFilter, isAntialiased: Bool, cubic a: Double
  ) {
    let scale = Double(oldSize) / Double(newSize)
    let filterScale = isAntialiased ? max(scale, 1) : 1
    let support = filter.support * filterScale
    let stride = min(oldSize, Int(support.rounded(.up)) * 2 + 1)
    var (starts, counts) = ([Int](), [Int]())
    var weights = [Float](repeating: 0, count: newSize * stride)
    for position in 0..<newSize {
      let center = (Double(position) + 0.5) * scale - 0.5
      let taps = Int((center - support).rounded(.up))...Int((center + support).rounded(.down))
      let positions = taps.map { min(max($0, 0), oldSize - 1) }
      let values = taps.map { filter.weight(at: (Double($0) - center) / filterScale, cubic: a) }
      let sum = values.reduce(0, +)
      let start = positions.min() ?? 0
      var run = [Double](repeating: 0, count: stride)
      for (old, value) in zip(positions, values) { run[old - start] += value / sum }
      for (i, weight) in run.enumerated() { weights[position * stride + i] = Float(weight) }
      starts.append(start)
      counts.append((positions.max() ?? 0) - start + 1)
    }
    self.stride = stride
    self.starts = starts
    self.counts = counts
    self.weights = weights
  }

  /// Every new position is the plain mean of all old pixels that it touches.
  private init(averagingFrom oldSize: Int, to newSize: Int) {
    let runs = (0..<newSize).map { $0 * oldSize / newSize..<(($0 + 1) * oldSize + newSize - 1) / newSize }
    let stride = runs.map(\.count).max() ?? 0
    self.stride = stride
    starts = runs.map(\.lowerBound)
    counts = runs.map(\.count)
    weights = runs.flatMap { run in (0..<stride).map { $0 < run.count ? 1 / Float(run.count) : 0 } }
  }
}
