import VectorKernels

extension Level {
  /// Adam (Kingma and Ba 2015), with decoupled weight decay.
  package func update(_ step: AdamStep) {
    let whole = step.count / laneCount * laneCount
    func lanes(_ value: Float) -> Lanes { Lanes(repeating: value) }
    for i in stride(from: 0, to: whole, by: laneCount) {
      let gradient = load(step.gradient + i)
      let first = multiplyAdd(lanes(step.rest1) * gradient, lanes(step.beta1), load(step.firstMoment + i))
      let second = multiplyAdd(lanes(step.rest2) * gradient * gradient, lanes(step.beta2), load(step.secondMoment + i))
      store(first, step.firstMoment + i)
      store(second, step.secondMoment + i)
      let deviation = second.squareRoot() / lanes(step.secondScale) + lanes(step.epsilon)
      store(lanes(step.kept) * load(step.parameter + i) - lanes(step.stepSize) * first / deviation, step.parameter + i)
    }
    for i in whole..<step.count {
      let gradient = step.gradient[i]
      let first = step.rest1 * gradient + step.beta1 * step.firstMoment[i]
      let second = step.rest2 * gradient * gradient + step.beta2 * step.secondMoment[i]
      step.firstMoment[i] = first
      step.secondMoment[i] = second
      let deviation = second.squareRoot() / step.secondScale + step.epsilon
      step.parameter[i] = step.kept * step.parameter[i] - step.stepSize * first / deviation
    }
  }
}
