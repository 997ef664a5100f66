/// A linear map along one axis, as a sparse matrix: which input positions each output position sums, with what weights.
///
/// Padding of every kind, nearest and bilinear upsampling and average pooling are such maps along height and width; the
/// gradient of each is its transpose, so one kernel (`SeparableMap`) serves them all and their derivatives.
package struct AxisMap: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    var input: Int
    var weight: Float
  }

  package let inputSize: Int
  /// For each output position, what it sums.
  package let entries: [[Entry]]
  package var outputSize: Int { entries.count }

  init(inputSize: Int, entries: [[Entry]]) {
    self.inputSize = inputSize
    self.entries = entries
  }

  /// The adjoint: sums flow back along the same weights.
  package var transposed: AxisMap {
    var back = Array(repeating: [Entry](), count: inputSize)
    for (output, sources) in entries.enumerated() {
      for entry in sources { back[entry.input].append(Entry(input: output, weight: entry.weight)) }
    }
    return AxisMap(inputSize: outputSize, entries: back)
  }

  /// Where each output position only copies an input's: that one's, or -1 for a zero. Nil for maps that do more.
  package var sourceIndices: [Int]? {
    let isCopy = entries.allSatisfy { $0.isEmpty || $0.count == 1 && $0[0].weight == 1 }
    return isCopy ? entries.map { $0.first?.input ?? -1 } : nil
  }

  /// Copies one input position to each output position, or nothing where that is -1.
  package static func gathering(_ positions: [Int], size: Int) -> AxisMap {
    AxisMap(inputSize: size, entries: positions.map { $0 < 0 ? [] : [Entry(input: $0, weight: 1)] })
  }

  package static func padding(size: Int, before: Int, after: Int, mode: PaddingMode) -> AxisMap {
    gathering((-before..<size + after).map { mode.source(of: $0, size: size) ?? -1 }, size: size)
  }

  package static func nearest(size: Int, factor: Int) -> AxisMap {
    AxisMap(inputSize: size, entries: (0..<size * factor).map { [Entry(input: $0 / factor, weight: 1)] })
  }

  /// Sample points at pixel centres (PyTorch's `align_corners=False`), borders replicated.
  package static func bilinear(size: Int, factor: Int) -> AxisMap {
    AxisMap(
      inputSize: size,
      entries: (0..<size * factor).map { position in
        let centre = max(0, (Float(position) + 0.5) / Float(factor) - 0.5)
        let first = min(Int(centre), size - 1)
        let fraction = centre - Float(first)
        if fraction == 0 || first == size - 1 { return [Entry(input: first, weight: 1)] }
        return [Entry(input: first, weight: 1 - fraction), Entry(input: first + 1, weight: fraction)]
      })
  }

  /// Means of `window` values, padding counted as zeros (PyTorch's `count_include_pad=True`).
  package static func average(size: Int, window: Int, stride: Int, padding: Int) -> AxisMap {
    let outputSize = max(0, (size + 2 * padding - window) / stride + 1)
    return AxisMap(
      inputSize: size,
      entries: (0..<outputSize).map { output in
        (0..<window).compactMap { offset in
          let position = output * stride + offset - padding
          return (0..<size).contains(position) ? Entry(input: position, weight: 1 / Float(window)) : nil
        }
      })
  }
}
