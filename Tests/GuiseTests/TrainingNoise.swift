import Guise

/// A user-defined layer that adds noise in training, and does nothing otherwise.
struct TrainingNoise: Layer {
  let deviation: Float

  func callAsFunction(_ input: Tensor) -> Tensor {
    guard let context = TrainingContext.current, deviation > 0 else { return input }
    let random = context.nextRandom()
    let noise = (0..<input.shape.count).map { deviation * random.normal(at: $0) }
    return input + Tensor(NDArray(noise, shape: input.shape))
  }
}
