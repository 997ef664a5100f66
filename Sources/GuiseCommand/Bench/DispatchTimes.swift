import Tensors

/// What one small operation costs on the current device, when each waits for the one before: its overhead.
struct DispatchTimes {
  /// In seconds, of operations that the host goes through, and of those that the device repeats.
  let single: Double, repeated: Double

  private static let operations = 2000

  init() {
    let inference = RepeatedInference()
    let input = Tensor(NDArray(repeating: 1, shape: [64]))
    func chain(_ input: Tensor) -> Tensor { (0..<Self.operations).reduce(input) { x, _ in x * 0.999 } }
    func seconds(_ body: () -> Tensor) -> Double {
      let taken: Double = ContinuousClock().measure { body().value.withHostMemory { _ in } } / .seconds(1)
      return taken / Double(Self.operations)
    }
    (single, repeated) = withoutGradients {
      // The first ones prepare what later ones use, and the second is kept.
      for _ in 0..<2 {
        _ = seconds { chain(input) }
        _ = seconds { inference(input, chain) }
      }
      let single = (0..<5).map { _ in seconds { chain(input) } }
      let repeated = (0..<5).map { _ in seconds { inference(input, chain) } }
      return (BenchResult.median(single), BenchResult.median(repeated))
    }
  }

  var text: String {
    func microseconds(_ seconds: Double) -> String { TextTable.number(seconds * 1e6, digits: 1) }
    return "a small operation: \(microseconds(single)) µs, repeated \(microseconds(repeated)) µs"
  }
}
