import Guise

/// A user-defined operation: x / (1 + |x|).
struct Softsign: TensorOperation {
  func output(of inputs: [NDArray]) -> NDArray {
    NDArray(inputs[0].scalars.map { $0 / (1 + abs($0)) }, shape: inputs[0].shape)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    [gradient / (1 + call.inputs[0].absoluteValue()).squared()]
  }
}
