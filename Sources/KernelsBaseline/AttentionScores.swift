import VectorKernels

extension Level {
  package func exponentiate(
    _ scores: UnsafeMutablePointer<Float>, adding addends: UnsafePointer<Float>, count: Int
  ) -> Float {
    let whole = count / laneCount * laneCount
    var largestLanes = Lanes(repeating: -.infinity)
    for index in stride(from: 0, to: whole, by: laneCount) {
      let score = load(UnsafePointer(scores + index)) + load(addends + index)
      store(score, scores + index)
      largestLanes.replace(with: score, where: score .> largestLanes)
    }
    var largest = -Float.infinity
    for lane in 0..<laneCount where largestLanes[lane] > largest { largest = largestLanes[lane] }
    for index in whole..<count {
      scores[index] += addends[index]
      if scores[index] > largest { largest = scores[index] }
    }
    exponentiate(UnsafePointer(scores), minus: largest, count: count, into: scores)
    var sums = Lanes.zero
    for index in stride(from: 0, to: whole, by: laneCount) { sums += load(UnsafePointer(scores + index)) }
    var total: Float = 0
    for lane in 0..<laneCount { total += sums[lane] }
    for index in whole..<count { total += scores[index] }
    return total
  }
}
