import Kernels
import Testing
import Vulkan

@Suite(.needsDevice) struct ValueTests {
  @Test(arguments: [1, 3, 1000, 70_001]) func pointwiseFunctions(count: Int) throws {
    let values = numbers(count), others = numbers(count, seed: 2)
    let functions: [UnaryFunction] = [
      .exponential, .hyperbolicTangent, .sigmoid, .softplus, .sigmoidRectification, .mish, .normalShare,
      .normalRectification,
    ]
    for function in functions {
      try expectSame(tolerance: 2e-6, function.rawValue) { [$0.unary(function, of: values)] }
    }
    let positive = HostDevice.shared.unary(.exponential, of: values)
    try expectSame(tolerance: 2e-6) { [$0.unary(.logarithm, of: positive), $0.unary(.squareRoot, of: positive)] }
    try expectSame(tolerance: 2e-7) { device in
      [
        device.affine(values, scale: 3, shift: -0.5), device.rectified(values, slope: 0.2),
        device.clamped(values, to: -0.5...0.25), device.multiplied(values, bySignOf: others, zero: 0.5, negative: 0.1),
        device.multiplied(values, bySignOf: device.rectified(others, slope: 0), zero: 0.5, negative: 0.1),
        device.masked(values, where: others, isIn: -0.3...0.4),
      ]
    }
    try expectSame(tolerance: 2e-6) { [$0.attended(values, adding: others)] }
  }

  @Test func extremeValues() throws {
    let values: [Float] = [-.infinity, -200, -90, -1e-6, 0, 1e-6, 90, 200, .infinity, .nan]
    let buffer = Buffer(count: values.count) { _ = $0.update(fromContentsOf: values) }
    for function in [UnaryFunction.hyperbolicTangent, .sigmoid, .softplus] {
      try expectSame(function.rawValue) { [$0.unary(function, of: buffer)] }
    }
    try expectSame { [$0.rectified(buffer, slope: 0.1), $0.clamped(buffer, to: -1...1)] }
  }
}

extension ValueTests {
  @Test func stateChangesInPlace() throws {
    let counts = [1003, 1, 4096, 5]
    try expectSame(tolerance: 1e-6, "Adam") { device in
      let updates = counts.enumerated().map { index, count in
        AdamUpdate(
          parameter: numbers(count), gradient: numbers(count, seed: 2),
          firstMoment: numbers(count, seed: 3, scale: 0.1), secondMoment: device.filled(with: 0.25, count: count),
          settings: AdamSettings(
            learningRate: 2e-3, beta1: 0.5, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, step: 3 + index))
      }
      device.updateByAdam(updates)
      device.accumulate(updates[0].gradient, to: updates[0].parameter)
      return updates.flatMap { [$0.parameter, $0.firstMoment, $0.secondMoment] }
    }
  }

  @Test func dropout() throws {
    try expectSame(tolerance: 0) { device in
      [device.dropoutMask(count: 5001, rate: 0.3, random: Philox(key: 0x1234_5678_9abc_def0, step: 1 << 33 | 5))]
    }
  }

  @Test func broadcasting() throws {
    let shapes: [([Int], [Int])] = [
      ([2, 5, 7, 3], [2, 5, 7, 3]), ([2, 5, 7, 3], [1, 1, 1, 3]), ([2, 5, 7, 1], [2, 1, 1, 3]), ([1], [1]),
      ([4, 1, 6, 1, 2], [1, 3, 1, 5, 2]), ([700, 100], [700, 1]),
    ]
    for (left, right) in shapes {
      let values = numbers(left.reduce(1, *)), others = numbers(right.reduce(1, *), seed: 9, shift: 5)
      for function in [BinaryFunction.sum, .difference, .product, .quotient] {
        try expectSame(tolerance: 2e-7, "\(function.rawValue) of \(left) and \(right)") { device in
          [device.binary(function, values, dimensions: left, others, dimensions: right)]
        }
      }
    }
    try expectSame(tolerance: 0) { [$0.broadcast(numbers(6), from: [2, 1, 3], to: [2, 400, 3])] }
  }
}
