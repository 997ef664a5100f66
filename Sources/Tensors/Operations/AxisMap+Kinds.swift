import Kernels

extension AxisMap {
  package static func padding(size: Int, before: Int, after: Int, mode: PaddingMode) -> AxisMap {
    gathering((-before..<size + after).map { mode.source(of: $0, size: size) ?? -1 }, size: size)
  }

  package static func nearest(size: Int, factor: Int) -> AxisMap {
    AxisMap(inputSize: size, entries: (0..<size * factor).map { [Entry(input: $0 / factor, weight: 1)] })
  }

  /// Samples at pixel centres (PyTorch's `align_corners=False`), with replicated borders.
  package static func bilinear(size: Int, factor: Int) -> AxisMap { bilinear(size: size, outputSize: size * factor) }

  package static func bilinear(size: Int, outputSize: Int) -> AxisMap {
    let factor = Float(outputSize) / Float(size)
    return AxisMap(
      inputSize: size,
      entries: (0..<outputSize).map { position in
        let centre = max(0, (Float(position) + 0.5) / factor - 0.5)
        let first = min(Int(centre), size - 1)
        let fraction = centre - Float(first)
        if fraction == 0 || first == size - 1 { return [Entry(input: first, weight: 1)] }
        return [Entry(input: first, weight: 1 - fraction), Entry(input: first + 1, weight: fraction)]
      })
  }

  /// Means of `window` values, with padding counted as zeros (PyTorch's `count_include_pad=True`), or not counted.
  package static func average(size: Int, window: Int, stride: Int, padding: Int, countsPadding: Bool = true) -> AxisMap
  {
    let outputSize = max(0, (size + 2 * padding - window) / stride + 1)
    return AxisMap(
      inputSize: size,
      entries: (0..<outputSize).map { output in
        let first = output * stride - padding
        let positions = (first..<first + window).clamped(to: 0..<size)
        let count = countsPadding ? window : positions.count
        return positions.map { Entry(input: $0, weight: 1 / Float(count)) }
      })
  }

  /// Means weighted by [1, 2, 1] / 4 around every `stride`-th position, of an axis continued by reflection.
  package static func blur(size: Int, stride: Int, padding: Int) -> AxisMap {
    let outputSize = max(0, (size + 2 * padding - 3) / stride + 1)
    return AxisMap(
      inputSize: size,
      entries: (0..<outputSize).map { output in
        zip(0..<3, [0.25, 0.5, 0.25] as [Float]).compactMap { offset, weight in
          PaddingMode.reflection.source(of: stride * output + offset - padding, size: size).map {
            Entry(input: $0, weight: weight)
          }
        }
      })
  }

  /// Zeros put between the values so that there are `up` times as many, and around them; then sums weighted by `taps`, at
  /// every `down`-th place.
  package static func filtered(
    size: Int, taps: [Float], up: Int, down: Int, before: Int, after: Int
  ) -> AxisMap {
    let outputSize = max(0, (size * up + before + after - taps.count) / down + 1)
    return AxisMap(
      inputSize: size,
      entries: (0..<outputSize).map { output in
        taps.enumerated().compactMap { offset, weight in
          let place = output * down - before + offset
          guard place >= 0, place < size * up, place % up == 0 else { return nil }
          return Entry(input: place / up, weight: weight)
        }
      })
  }
}
