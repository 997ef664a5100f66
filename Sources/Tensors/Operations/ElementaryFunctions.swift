import Kernels

extension Tensor {
  public func exp() -> Tensor { Unary(function: .exponential)(self) }
  public func log() -> Tensor { Unary(function: .logarithm)(self) }
  public func squareRoot() -> Tensor { Unary(function: .squareRoot)(self) }
  public func hyperbolicTangent() -> Tensor { Unary(function: .hyperbolicTangent)(self) }
  public func sigmoid() -> Tensor { Unary(function: .sigmoid)(self) }
  /// SiLU, also called swish: x sigmoid(x) (Elfwing et al. 2018).
  public func sigmoidRectified() -> Tensor { Unary(function: .sigmoidRectification)(self) }
  /// Mish: x tanh(log(1 + exp(x))) (Misra 2020).
  public func mish() -> Tensor { Unary(function: .mish)(self) }
  /// GELU: x times the share of the standard normal distribution below x (Hendrycks and Gimpel 2016).
  public func normalRectified() -> Tensor { Unary(function: .normalRectification)(self) }
  /// log(1 + exp(x)).
  public func softplus() -> Tensor { Unary(function: .softplus)(self) }
}

/// A smooth function of each value.
private struct Unary: TensorOperation {
  let function: UnaryFunction

  var name: String { "\(function)".words }

  var readsOutput: Bool {
    switch function {
    case .exponential, .squareRoot, .hyperbolicTangent, .sigmoid: true
    case .logarithm, .sigmoidRectification, .softplus, .mish, .normalShare, .normalRectification: false
    }
  }

  func output(of inputs: [NDArray]) -> NDArray {
    NDArray(device.unary(function, of: inputs[0].buffer), shape: inputs[0].shape)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    switch function {
    case .exponential: [gradient * call.output]
    case .logarithm: [gradient / call.inputs[0]]
    case .squareRoot: [gradient * 0.5 / call.output]
    case .hyperbolicTangent: [gradient * (1 - call.output.squared())]
    case .sigmoid: [gradient * (call.output * (1 - call.output))]
    case .sigmoidRectification: [gradient * slopeOfSigmoidRectifier(at: call.inputs[0])]
    case .softplus: [gradient * call.inputs[0].sigmoid()]
    case .mish: [gradient * slopeOfMish(at: call.inputs[0])]
    case .normalShare: [gradient * normalDensity(at: call.inputs[0])]
    case .normalRectification: [gradient * slopeOfNormalRectifier(at: call.inputs[0])]
    }
  }

  private func slopeOfMish(at x: Tensor) -> Tensor {
    let tangent = x.softplus().hyperbolicTangent()
    return tangent + x * x.sigmoid() * (1 - tangent.squared())
  }

  private func slopeOfNormalRectifier(at x: Tensor) -> Tensor {
    Unary(function: .normalShare)(x) + x * normalDensity(at: x)
  }

  /// The density of the standard normal distribution.
  private func normalDensity(at x: Tensor) -> Tensor { (x.squared() * -0.5).exp() * (0.5 / Float.pi).squareRoot() }

  private func slopeOfSigmoidRectifier(at x: Tensor) -> Tensor {
    let sigmoid = x.sigmoid()
    return sigmoid * (1 + x * (1 - sigmoid))
  }
}
