import VectorKernels

extension Level {
  package func add(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int) {
    let whole = count / laneCount * laneCount
    for i in stride(from: 0, to: whole, by: laneCount) { store(load(target + i) + load(source + i), target + i) }
    for i in whole..<count { target[i] += source[i] }
  }
}
