import Tensors

/// The distribution of initial weights. Biases and shifts start at 0, norms' scales around 1, and slopes at their
/// layer's default.
public enum Initializer: Sendable {
  /// Normal with mean 0, or 1 for norms' scales, and the given standard deviation; GANs since DCGAN (Radford et al.
  /// 2016) use 0.02.
  case normal(deviation: Float)
  /// Normal with mean 0 and variance 2 / (fan in + fan out) (Glorot and Bengio 2010).
  case xavier
  /// Normal with mean 0 and variance 2 / fan in, for rectified layers (He et al. 2015), with the standard deviation
  /// multiplied by `scale`. A scale far below 1 makes residual networks without norms start close to the identity (Wang
  /// et al. 2018, ESRGAN).
  case kaiming(scale: Float)
  /// Normal with mean 0 and standard deviation 1, for layers that scale their weights themselves so that all learn at one
  /// rate (Karras et al. 2018); norms' scales are 1.
  case equalized

  /// Sets all parameters of a layer. Each one's draws depend on its name, so adding or changing one leaves the others
  /// as they were.
  ///
  /// Of a convolution before a pixel shuffle, all weights that make one channel's pixels begin alike (ICNR, Aitken et
  /// al. 2017).
  public func initialize(_ layer: some Layer, seed: UInt64, purpose: String) {
    for (name, parameter) in layer.namedParameters {
      let random = Random(seed: seed, purpose: "weights.\(purpose).\(name)")
      switch parameter.role {
      case .weight, .embedding: parameter.value = draw(parameter, mean: 0, deviation(parameter), random)
      case .scale: parameter.value = draw(parameter, mean: 1, scaleDeviation, random)
      case .bias, .shift: parameter.value = NDArray(repeating: 0, shape: parameter.value.shape)
      case .slope: break
      }
    }
  }

  private var scaleDeviation: Float {
    if case .normal(let deviation) = self { deviation } else { 0 }
  }

  private func deviation(_ parameter: Parameter) -> Float {
    let shape = parameter.shape
    let positions = shape.dimensions.dropLast(2).reduce(1, *)
    let (fanIn, fanOut) = (Float(positions * shape[-2]), Float(positions * shape[-1] / parameter.repeats))
    return switch self {
    case .normal(let deviation): deviation
    case .xavier: (2 / (fanIn + fanOut)).squareRoot()
    case .kaiming(let scale): scale * (2 / fanIn).squareRoot()
    case .equalized: 1 / parameter.rate
    }
  }

  private func draw(_ parameter: Parameter, mean: Float, _ deviation: Float, _ random: Random) -> NDArray {
    NDArray(
      (0..<parameter.shape.count).map { mean + deviation * random.normal(at: $0 / parameter.repeats) },
      shape: parameter.shape)
  }
}
