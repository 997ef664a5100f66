import Kernels

extension Tensor {
  public func exp() -> Tensor { Unary(function: .exponential)(self) }
  public func log() -> Tensor { Unary(function: .logarithm)(self) }
  public func squareRoot() -> Tensor { Unary(function: .squareRoot)(self) }
  public func hyperbolicTangent() -> Tensor { Unary(function: .hyperbolicTangent)(self) }
  public func sigmoid() -> Tensor { Unary(function: .sigmoid)(self) }
  /// SiLU, also called swish: x sigmoid(x) (Elfwing et al. 2018).
  public func sigmoidRectified() -> Tensor { Unary(function: .sigmoidRectification)(self) }
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
    case .logarithm, .sigmoidRectification, .softplus: false
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
    }
  }

  private func slopeOfSigmoidRectifier(at x: Tensor) -> Tensor {
    let sigmoid = x.sigmoid()
    return sigmoid * (1 + x * (1 - sigmoid))
  }
}
