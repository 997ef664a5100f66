import Tensors
import TestSupport
import Testing

/// The custom operation in the documentation of `TensorOperation`.
private struct Softsign: TensorOperation {
  func output(of inputs: [NDArray]) -> NDArray {
    NDArray(inputs[0].scalars.map { $0 / (1 + abs($0)) }, shape: inputs[0].shape)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    [gradient / (1 + call.inputs[0].absoluteValue()).squared()]
  }
}

@Suite struct OperationTests {
  @Test func anOperationOfOnesOwnHasGradients() {
    let input = randomValues(shape: [2, 3], "softsign")
    checkGradients(at: [input], "softsign") { Softsign()($0[0]) }
    let profile = Profile()
    profile.record { _ = Softsign()(Tensor(input)) }
    #expect(profile.entries.map(\.operation) == ["Softsign"])
  }

  @Test func aPrecisionThatIsMissingIsAnError() throws {
    try Machine.usingInstructionSet("baseline") {
      #expect(throws: PrecisionError.self) { try withoutGradients(precision: .bfloat16) {} }
      let result = try withoutGradients(precision: .float32) { 1 }
      #expect(result == 1)
    }
    #expect(throws: PrecisionError.self) {
      try ComputeDevice.processor.run { try withoutGradients(precision: .float16) {} }
    }
  }

  @Test func aDeviceThatStandsInComputesInFloat32() throws {
    let input = Tensor(randomValues(shape: [1, 5, 5, 2], "input"))
    let weight = Tensor(randomValues(shape: [3, 3, 2, 2], "weight"))
    func output() -> [Float] { input.convolved(with: weight).value.scalars }
    let result = try ComputeDevice.processor.runInstead { try withoutGradients(precision: .float16, output) }
    #expect(result == ComputeDevice.processor.run { withoutGradients(output) })
  }

  @Test func manyOneValueTensorsAreReadTogether() {
    #expect(scalars(of: []) == [])
    #expect(scalars(of: [Tensor(1.5), Tensor(NDArray([-2], shape: [1, 1])), Tensor(0.25)]) == [1.5, -2, 0.25])
  }
}
