import Kernels

/// The functions of `pointwise.comp`, by the numbers that it gives them.
private enum PointwiseFunction: Int {
  case exponential, logarithm, squareRoot, hyperbolicTangent, sigmoid, softplus, sigmoidRectification
  case affine, rectified, clamped, signed, masked, copied, filled, attended, mish, normalShare, normalRectification

  init(_ function: UnaryFunction) {
    self =
      switch function {
      case .exponential: .exponential
      case .logarithm: .logarithm
      case .squareRoot: .squareRoot
      case .hyperbolicTangent: .hyperbolicTangent
      case .sigmoid: .sigmoid
      case .softplus: .softplus
      case .sigmoidRectification: .sigmoidRectification
      case .mish: .mish
      case .normalShare: .normalShare
      case .normalRectification: .normalRectification
      }
  }
}

extension VulkanDevice {
  private func pointwise(
    _ function: PointwiseFunction, _ values: Buffer, _ others: Buffer? = nil, _ first: Float = 0, _ second: Float = 0
  ) -> Buffer {
    let result = block(values.count)
    let operand = operand(values)
    run(
      .pointwise, constants: [function.rawValue],
      [.writes(result), .reads(operand), .reads(others.map { self.operand($0) } ?? operand)],
      parameters: [values.count, first, second], groups: .covering(values.count, perGroup: 1024))
    return Buffer(result, count: values.count)
  }

  package func unary(_ function: UnaryFunction, of values: Buffer) -> Buffer {
    pointwise(PointwiseFunction(function), values)
  }

  package func affine(_ values: Buffer, scale: Float, shift: Float) -> Buffer {
    pointwise(.affine, values, nil, scale, shift)
  }

  package func rectified(_ values: Buffer, slope: Float) -> Buffer { pointwise(.rectified, values, nil, slope) }

  package func clamped(_ values: Buffer, to range: ClosedRange<Float>) -> Buffer {
    pointwise(.clamped, values, nil, range.lowerBound, range.upperBound)
  }

  package func multiplied(_ values: Buffer, bySignOf selector: Buffer, zero: Float, negative: Float) -> Buffer {
    pointwise(.signed, values, selector, zero, negative)
  }

  package func masked(_ values: Buffer, where selector: Buffer, isIn range: ClosedRange<Float>) -> Buffer {
    pointwise(.masked, values, selector, range.lowerBound, range.upperBound)
  }

  package func attended(_ values: Buffer, adding addends: Buffer) -> Buffer { pointwise(.attended, values, addends) }
}

extension VulkanDevice {
  package func filled(with value: Float, count: Int) -> Buffer {
    let result = block(count)
    fill(result, with: value)
    return Buffer(result, count: count)
  }

  /// By a shader, which drivers run several times faster than their own commands for filling and copying.
  func fill(_ block: VulkanBlock, with value: Float) {
    run(
      .pointwise, constants: [PointwiseFunction.filled.rawValue], [.writes(block), .writes(block), .writes(block)],
      parameters: [block.count, value, Float(0)], groups: .covering(block.count, perGroup: 1024))
  }

  package func copy(of values: Buffer) -> Buffer { pointwise(.copied, values) }

  /// Between blocks of 32-bit values of one size.
  func copy(_ values: VulkanBlock, to target: VulkanBlock) {
    run(
      .pointwise, constants: [PointwiseFunction.copied.rawValue], [.writes(target), .reads(values), .reads(values)],
      parameters: [values.count, Float(0), Float(0)], groups: .covering(values.count, perGroup: 1024))
  }

  package func dropoutMask(count: Int, rate: Float, random: Philox) -> Buffer {
    let result = block(count)
    run(
      .dropoutMask, [.writes(result)],
      parameters: [
        count, random.key.0, random.key.1, UInt32(truncatingIfNeeded: random.step),
        UInt32(truncatingIfNeeded: random.step >> 32), rate, 1 / (1 - rate),
      ], groups: .covering(count, perGroup: 256))
    return Buffer(result, count: count)
  }

  package func accumulate(_ values: Buffer, to target: Buffer) {
    run(
      .accumulate, [.updates(operandForWriting(target)), .reads(operand(values))], parameters: [target.count],
      groups: .covering(target.count, perGroup: 1024))
  }
}
