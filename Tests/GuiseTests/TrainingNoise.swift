import Guise

/// A layer of one's own that is another in training: it adds noise, where else it does nothing.
struct TrainingNoise: Layer {
  let deviation: Float

  func callAsFunction(_ input: Tensor) -> Tensor {
    guard let context = TrainingContext.current, deviation > 0 else { return input }
    let random = context.nextRandom()
    let noise = (0..<input.shape.count).map { deviation * random.normal(at: $0) }
    return input + Tensor(NDArray(noise, shape: input.shape))
  }
}
