import Foundation

/// A network's function without gradients, done for image after image: where several have one size, a GPU repeats its
/// commands, as `RepeatedComputation` says.
///
/// Unchecked: `computation` is only used under `lock`.
package final class RepeatedInference: @unchecked Sendable {
  private let lock = NSLock()
  private let computation = RepeatedComputation<Int, Void>()

  package init() {}

  /// - Parameter body: depends on nothing but its argument; always the same function, within `withoutGradients`.
  package func callAsFunction(_ input: Tensor, _ body: (Tensor) -> Tensor) -> Tensor {
    // Beside another thread's it is computed by itself.
    guard lock.try() else { return body(input) }
    defer { lock.unlock() }
    let (arrays, _) = computation(0, inputs: [input.value], constants: []) { inputs in
      ([body(Tensor(inputs[0])).value], ())
    }
    return Tensor(arrays[0])
  }
}
