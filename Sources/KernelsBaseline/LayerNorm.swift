import VectorKernels

extension Level {
  package func normalizeRows(
    _ values: UnsafePointer<Float>, rows: Int, channels: Int, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>,
    epsilon: Float, into target: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      let (source, result) = (values + row &* channels, target + row &* channels)
      let mean = sum(count: channels, { load(source + $0) }, { source[$0] }) / Float(channels)
      let means = Lanes(repeating: mean)
      let squares = sum(
        count: channels,
        {
          let x = load(source + $0) - means
          return x * x
        }, { (source[$0] - mean) * (source[$0] - mean) })
      let factor = 1 / (squares / Float(channels) + epsilon).squareRoot()
      let factors = Lanes(repeating: factor)
      let whole = channels / laneCount * laneCount
      for channel in stride(from: 0, to: whole, by: laneCount) {
        let x = (load(source + channel) - means) * factors
        store(multiplyAdd(load(shift + channel), x, load(scale + channel)), result + channel)
      }
      for channel in whole..<channels {
        result[channel] = (source[channel] - mean) * factor * scale[channel] + shift[channel]
      }
    }
  }
}

/// The sum of `count` values, of which `lanes` gives those of a register from an index on, and `value` single ones.
@inline(__always)
private func sum(count: Int, _ lanes: (Int) -> Lanes, _ value: (Int) -> Float) -> Float {
  let whole = count / laneCount * laneCount
  var sums = Lanes.zero
  for index in stride(from: 0, to: whole, by: laneCount) { sums += lanes(index) }
  var total: Float = 0
  for lane in 0..<laneCount { total += sums[lane] }
  for index in whole..<count { total += value(index) }
  return total
}
