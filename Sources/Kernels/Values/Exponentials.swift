import Threads
import VectorKernels

/// Functions made of an exponential, such as the sigmoid 1 / (1 + exp(-x)).
enum Exponentials {
  static func apply(
    _ function: ExponentialFunction, to source: UnsafePointer<Float>, count: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    let kernels = InstructionSet.kernels
    Bands.run(over: count) { range in
      let start = range.lowerBound
      kernels.apply(function, to: source + start, count: range.count, into: target + start)
    }
  }

  /// `(x + addend) (sigmoid(x) - 1/2)`.
  static func attend(
    to source: UnsafePointer<Float>, adding addends: UnsafePointer<Float>, count: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    let kernels = InstructionSet.kernels
    Bands.run(over: count) { range in
      let start = range.lowerBound
      kernels.attend(to: source + start, adding: addends + start, count: range.count, into: target + start)
    }
  }
}
