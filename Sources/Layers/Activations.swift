import Tensors

/// max(x, 0).
public struct ReLU: Layer {
  public init() {}
  public func callAsFunction(_ input: Tensor) -> Tensor { input.rectified() }
}

/// x, held to 0...6.
public struct ReLU6: Layer {
  public init() {}
  public func callAsFunction(_ input: Tensor) -> Tensor { input.rectified(upTo: 6) }
}

/// x sigmoid(x), also called swish.
public struct SiLU: Layer {
  public init() {}
  public func callAsFunction(_ input: Tensor) -> Tensor { input.sigmoidRectified() }
}

/// SiLU with a broken line for the sigmoid, also called hard swish.
public struct HardSiLU: Layer {
  public init() {}
  public func callAsFunction(_ input: Tensor) -> Tensor { input.hardSigmoidRectified() }
}

/// x where positive, `slope * x` elsewhere.
public struct LeakyReLU: Layer {
  private let slope: Float
  public init(slope: Float = 0.2) { self.slope = slope }
  public func callAsFunction(_ input: Tensor) -> Tensor { input.leakyRectified(slope: slope) }
}

/// A rectifier whose slope for negative values is learnt, one for all channels or one per channel (He et al. 2015).
public struct PReLU: Layer {
  /// `[1]` or `[channels]`.
  public let slope: Parameter

  public init(channels: Int = 1) {
    slope = Parameter(repeating: 0.25, shape: [channels], role: .slope)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { input.parametricRectified(slope: slope.tensor) }
}

/// The hyperbolic tangent, in -1...1.
public struct Tanh: Layer {
  public init() {}
  public func callAsFunction(_ input: Tensor) -> Tensor { input.hyperbolicTangent() }
}

/// 1 / (1 + exp(-x)), in 0...1.
public struct Sigmoid: Layer {
  public init() {}
  public func callAsFunction(_ input: Tensor) -> Tensor { input.sigmoid() }
}
