import Kernels

extension Tensor {
  public static func + (left: Tensor, right: Tensor) -> Tensor { Binary(function: .sum)(left, right) }
  public static func - (left: Tensor, right: Tensor) -> Tensor { Binary(function: .difference)(left, right) }
  public static func * (left: Tensor, right: Tensor) -> Tensor { Binary(function: .product)(left, right) }
  public static func / (left: Tensor, right: Tensor) -> Tensor { Binary(function: .quotient)(left, right) }

  public static func + (left: Tensor, right: Float) -> Tensor { Affine(scale: 1, shift: right)(left) }
  public static func + (left: Float, right: Tensor) -> Tensor { right + left }
  public static func - (left: Tensor, right: Float) -> Tensor { Affine(scale: 1, shift: -right)(left) }
  public static func - (left: Float, right: Tensor) -> Tensor { Affine(scale: -1, shift: left)(right) }
  public static func * (left: Tensor, right: Float) -> Tensor { Affine(scale: right, shift: 0)(left) }
  public static func * (left: Float, right: Tensor) -> Tensor { right * left }
  public static func / (left: Tensor, right: Float) -> Tensor { left * (1 / right) }
  public static func / (left: Float, right: Tensor) -> Tensor { Tensor(left) / right }
  public static prefix func - (tensor: Tensor) -> Tensor { tensor * -1 }

  public func squared() -> Tensor { self * self }

  /// The sum over the axes along which `shape` was broadcast to this tensor's: the adjoint of broadcasting.
  func reduced(to shape: Shape) -> Tensor {
    guard self.shape != shape else { return self }
    let padded = shape.padded(to: self.shape.rank)
    let axes = self.shape.dimensions.indices.filter { padded[$0] == 1 && self.shape[$0] != 1 }
    return sum(axes: axes, keepingDimensions: true).reshaped(to: shape)
  }
}

/// Sum, difference, product or quotient of two tensors, with broadcasting.
private struct Binary: TensorOperation {
  let function: BinaryFunction

  var name: String { "Elementwise \(function)" }

  func output(of inputs: [NDArray]) -> NDArray {
    let shape = inputs[0].shape.broadcast(with: inputs[1].shape)
    if function == .sum, inputs[0].shape == inputs[1].shape, let index = inputs.lastIndex(where: \.isDeferred) {
      // The deferred values are computed and added in one pass.
      let other = inputs[1 - index].buffer
      return NDArray(device.pixels(of: inputs[index].pixelSource, adding: other), shape: shape)
    }
    return NDArray(
      device.binary(
        function, inputs[0].buffer, dimensions: inputs[0].shape.padded(to: shape.rank).dimensions, inputs[1].buffer,
        dimensions: inputs[1].shape.padded(to: shape.rank).dimensions), shape: shape)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    let (left, right) = (call.inputs[0], call.inputs[1])
    return [
      call.needs[0] ? leftGradient(gradient, right).reduced(to: left.shape) : nil,
      call.needs[1] ? rightGradient(gradient, left, right).reduced(to: right.shape) : nil,
    ]
  }

  private func leftGradient(_ gradient: Tensor, _ right: Tensor) -> Tensor {
    switch function {
    case .sum, .difference: gradient
    case .product: gradient * right
    case .quotient: gradient / right
    }
  }

  private func rightGradient(_ gradient: Tensor, _ left: Tensor, _ right: Tensor) -> Tensor {
    switch function {
    case .sum: gradient
    case .difference: -gradient
    case .product: gradient * left
    case .quotient: -(gradient * left) / (right * right)
    }
  }
}

/// `scale * x + shift`.
private struct Affine: TensorOperation {
  let scale: Float, shift: Float

  func output(of inputs: [NDArray]) -> NDArray {
    if shift == 0, let scaled = inputs[0].deferringFactor(scale) { return scaled }
    return NDArray(device.affine(inputs[0].buffer, scale: scale, shift: shift), shape: inputs[0].shape)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    [scale == 1 ? gradient : gradient * scale]
  }
}
