import Tensors

/// How weights begin. Biases and shifts begin at 0, norms' scales around 1, slopes where their layer sets them.
public enum Initializer: Sendable {
  /// N(0, deviation), and N(1, deviation) for norms' scales: the GANs' habit since DCGAN, deviation 0.02.
  case normal(deviation: Float)
  /// N(0, 2 / (fan in + fan out)) (Glorot and Bengio 2010).
  case xavier
  /// N(0, 2 / fan in), for rectified layers (He et al. 2015), its deviation times `scale`: much less than 1 lets residual
  /// networks without norms begin as little more than their skips (Wang et al. 2018, ESRGAN).
  case kaiming(scale: Float)

  /// Sets all parameters of a layer. Each draws by its own name, so that a change in one does not move another.
  public func initialize(_ layer: some Layer, seed: UInt64, purpose: String) {
    for (name, parameter) in layer.namedParameters {
      let random = Random(seed: seed, purpose: "weights.\(purpose).\(name)")
      switch parameter.role {
      case .weight: parameter.value = draw(parameter.value.shape, mean: 0, deviation(parameter.value.shape), random)
      case .scale: parameter.value = draw(parameter.value.shape, mean: 1, scaleDeviation, random)
      case .bias, .shift: parameter.value = NDArray(repeating: 0, shape: parameter.value.shape)
      case .slope: break
      }
    }
  }

  private var scaleDeviation: Float {
    if case .normal(let deviation) = self { deviation } else { 0 }
  }

  private func deviation(_ shape: Shape) -> Float {
    let positions = shape.dimensions.dropLast(2).reduce(1, *)
    let (fanIn, fanOut) = (Float(positions * shape[-2]), Float(positions * shape[-1]))
    return switch self {
    case .normal(let deviation): deviation
    case .xavier: (2 / (fanIn + fanOut)).squareRoot()
    case .kaiming(let scale): scale * (2 / fanIn).squareRoot()
    }
  }

  private func draw(_ shape: Shape, mean: Float, _ deviation: Float, _ random: Random) -> NDArray {
    NDArray((0..<shape.count).map { mean + deviation * random.normal(at: $0) }, shape: shape)
  }
}
